// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#include "bindings/code_objects.hpp"

#include <cstring>

#include "cpu/labels/number_index.hpp"

namespace fourfold {

namespace {

constexpr std::size_t kPrefetched = 16; // objects ahead

PyObject* object_at(const char* data, std::ptrdiff_t stride, std::size_t k) {
    PyObject* object;
    std::memcpy(&object, data + static_cast<std::ptrdiff_t>(k) * stride, sizeof object);
    return object;
}

struct Strings {
    static bool holds(PyObject* object) { return PyUnicode_Check(object) != 0; }

    // that of str, whatever a subclass says
    static Py_hash_t hash(PyObject* object) { return PyUnicode_Type.tp_hash(object); }

    // not as a subclass shows it: members of an Enum show their names
    static PyObject* plain(PyObject* object) { return PyUnicode_FromObject(object); }

    static bool equal(PyObject* a, PyObject* b) {
        return PyUnicode_GET_LENGTH(a) == PyUnicode_GET_LENGTH(b) &&
               PyUnicode_KIND(a) == PyUnicode_KIND(b) &&
               std::memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b),
                           static_cast<std::size_t>(PyUnicode_GET_LENGTH(a)) *
                               static_cast<std::size_t>(PyUnicode_KIND(a))) == 0;
    }
};

struct Bytes {
    static bool holds(PyObject* object) { return PyBytes_Check(object) != 0; }
    static Py_hash_t hash(PyObject* object) { return PyBytes_Type.tp_hash(object); }

    static PyObject* plain(PyObject* object) {
        if (PyBytes_CheckExact(object))
            return Py_NewRef(object);
        return PyBytes_FromStringAndSize(PyBytes_AS_STRING(object), PyBytes_GET_SIZE(object));
    }

    static bool equal(PyObject* a, PyObject* b) {
        return PyBytes_GET_SIZE(a) == PyBytes_GET_SIZE(b) &&
               std::memcmp(PyBytes_AS_STRING(a), PyBytes_AS_STRING(b),
                           static_cast<std::size_t>(PyBytes_GET_SIZE(a))) == 0;
    }
};

template <class Kind>
bool code(const char* data, std::ptrdiff_t stride, std::size_t n, std::uint32_t* codes,
          std::vector<pybind11::object>& first) {
    NumberIndex index;
    for (std::size_t k = 0; k < n; ++k) {
        if (k + kPrefetched < n)
            __builtin_prefetch(object_at(data, stride, k + kPrefetched));
        PyObject* const object = object_at(data, stride, k);
        if (object == nullptr || !Kind::holds(object))
            return false;
        const Py_hash_t hash = Kind::hash(object);
        if (hash == -1)
            throw pybind11::error_already_set();
        const auto key = static_cast<std::uint64_t>(hash);
        codes[k] = index.number(key, index.hash(key), [&](std::uint32_t number) {
            PyObject* const other = first[number].ptr();
            return other == object || Kind::equal(other, object);
        });
        if (codes[k] == first.size()) {
            PyObject* const plain = Kind::plain(object);
            if (plain == nullptr)
                throw pybind11::error_already_set();
            first.push_back(pybind11::reinterpret_steal<pybind11::object>(plain));
        }
    }
    return true;
}

} // namespace

bool code_objects(const char* data, std::ptrdiff_t stride, std::size_t n, std::uint32_t* codes,
                  std::vector<pybind11::object>& first) {
    if (n == 0 || object_at(data, stride, 0) == nullptr)
        return false;
    return Bytes::holds(object_at(data, stride, 0))
               ? code<Bytes>(data, stride, n, codes, first)
               : code<Strings>(data, stride, n, codes, first);
}

} // namespace fourfold
