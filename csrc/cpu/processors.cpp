// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "cpu/processors.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <thread>

#ifdef __linux__
#include <sched.h>
#endif

namespace fourfold {

namespace {

constexpr double kNoQuota = std::numeric_limits<double>::infinity();

double processors_of(double quota, double period) {
    return quota > 0.0 && period > 0.0 ? quota / period : kNoQuota;
}

// Of one group. A file that is not there, "max" and -1 all mean that there is no quota.
double quota_of_group(const std::string& folder) {
    double quota = 0.0, period = 0.0;
    std::ifstream(folder + "/cpu.max") >> quota >> period;
    double v1_quota = 0.0, v1_period = 0.0;
    std::ifstream(folder + "/cpu.cfs_quota_us") >> v1_quota;
    std::ifstream(folder + "/cpu.cfs_period_us") >> v1_period;
    return std::min(processors_of(quota, period), processors_of(v1_quota, v1_period));
}

// Of a group and all above it. In a container those above may not be there to be read, and its own
// may be at the mount point, whatever the path says.
double least_quota(const std::string& mount, std::string path) {
    double least = quota_of_group(mount);
    while (path.size() > 1) {
        least = std::min(least, quota_of_group(mount + path));
        path.erase(path.rfind('/'));
    }
    return least;
}

bool has_cpu(const std::string& controllers) {
    return ("," + controllers + ",").find(",cpu,") != std::string::npos;
}

} // namespace

int processors() {
#ifdef __linux__
    // a larger mask than the kernel's, which may have more processors than a cpu_set_t
    for (int size = CPU_SETSIZE; size <= 64 * CPU_SETSIZE; size *= 4) {
        cpu_set_t* const mask = CPU_ALLOC(static_cast<std::size_t>(size));
        const std::size_t bytes = CPU_ALLOC_SIZE(static_cast<std::size_t>(size));
        const bool known = mask != nullptr && sched_getaffinity(0, bytes, mask) == 0;
        const int count = known ? CPU_COUNT_S(bytes, mask) : 0;
        CPU_FREE(mask);
        if (count > 0)
            return count;
    }
#endif
    return std::max(static_cast<int>(std::thread::hardware_concurrency()), 1);
}

double cpu_quota(const std::string& root) {
    const std::string mounts = root + "/sys/fs/cgroup";
    double least = kNoQuota;
    std::ifstream groups(root + "/proc/self/cgroup");
    // lines of hierarchy:controllers:path; version 2 has no controllers there
    for (std::string line; std::getline(groups, line);) {
        std::istringstream fields(line);
        std::string hierarchy, controllers, path;
        std::getline(fields, hierarchy, ':');
        std::getline(fields, controllers, ':');
        std::getline(fields, path);
        if (path.empty() || path[0] != '/')
            continue;
        if (controllers.empty()) {
            for (const char* mount : {"", "/unified"})
                least = std::min(least, least_quota(mounts + mount, path));
        } else if (has_cpu(controllers)) {
            for (const std::string& mount : {controllers, std::string("cpu")})
                least = std::min(least, least_quota(mounts + "/" + mount, path));
        }
    }
    return least;
}

} // namespace fourfold
