# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
#
# The module _cuda, where it is wanted and can be built.
set_property(CACHE FOURFOLD_CUDA PROPERTY STRINGS ON OFF EMULATED)
if(NOT FOURFOLD_CUDA MATCHES "^(ON|OFF|EMULATED)$")
  message(FATAL_ERROR "fourfold: FOURFOLD_CUDA: expected ON, OFF or EMULATED, got '${FOURFOLD_CUDA}'")
endif()
if(FOURFOLD_CUDA STREQUAL "OFF")
  find_program(FOURFOLD_NVCC nvcc NO_CMAKE_SYSTEM_PATH)
  if(FOURFOLD_NVCC)
    message(STATUS "fourfold: without the CUDA back end, though there is ${FOURFOLD_NVCC}; to build it: "
                   "pip install . -C cmake.define.FOURFOLD_CUDA=ON")
  endif()
  return()
endif()

if(FOURFOLD_CUDA STREQUAL "EMULATED")
  set(emulation ${CMAKE_CURRENT_SOURCE_DIR}/tests/cuda_emulation)
  find_package(Threads REQUIRED)
else()
  include(CheckLanguage)
  if(NOT CMAKE_CUDA_ARCHITECTURES)
    # Each serves the devices of its major version: 8.0 those of 8.6 and 8.9 too, 10.0 those of 10.3.
    # Those of 11.0 and later ones compile what is there as PTX.
    set(CMAKE_CUDA_ARCHITECTURES 75-real 80-real 90-real 100 120)
  endif()
  check_language(CUDA)
  if(NOT CMAKE_CUDA_COMPILER)
    # Where nvcc is there, check_language has tried it and failed.
    if(DEFINED ENV{CUDACXX})
      set(FOURFOLD_NVCC $ENV{CUDACXX})
    else()
      find_program(FOURFOLD_NVCC nvcc NO_CMAKE_SYSTEM_PATH)
    endif()
    message(FATAL_ERROR "fourfold: FOURFOLD_CUDA=ON needs nvcc of CUDA 12.8 or later that works; "
                        "put it on PATH or name it with CUDACXX (found: ${FOURFOLD_NVCC})")
  endif()
  enable_language(CUDA)
  if(CMAKE_CUDA_COMPILER_VERSION VERSION_LESS 12.8)
    message(FATAL_ERROR "fourfold: nvcc ${CMAKE_CUDA_COMPILER_VERSION} is too old for the CUDA back "
                        "end, which needs 12.8 or later")
  endif()
  set(CMAKE_CUDA_STANDARD 17)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  set(CMAKE_CUDA_RUNTIME_LIBRARY Static)
  find_package(CUDAToolkit REQUIRED)
endif()

set(cuda_sources
    csrc/bindings/module_cuda.cpp
    csrc/bindings/register_solve_cuda.cpp
    csrc/core/binary/binary_solver.cpp
    csrc/core/binary/left_curtain.cpp
    csrc/core/binary/roc_curve.cpp
    csrc/core/binary/roc_dual.cpp
    csrc/core/binary/roc_hull.cpp
    csrc/core/information.cpp
    csrc/core/presolve.cpp
    csrc/core/source_states.cpp
    csrc/cuda/device.cpp
    csrc/cuda/device_pool.cpp
    csrc/cuda/pinned_memory.cpp
    csrc/cuda/reduction.cpp
    csrc/cuda/solve_cuda.cpp
    csrc/cuda/solve_device_arrays.cpp
    csrc/cuda/solve_host_arrays.cpp
    csrc/cuda/transfer.cpp)
set(cuda_kernel_sources csrc/cuda/find_reducible.cu csrc/cuda/solve_shared.cu
                        csrc/cuda/solve_tiled.cu)
if(FOURFOLD_CUDA STREQUAL "EMULATED")
  set_source_files_properties(${cuda_kernel_sources} PROPERTIES LANGUAGE CXX
                              COMPILE_OPTIONS "-x;c++;-Wno-unknown-pragmas")
  list(APPEND cuda_kernel_sources ${emulation}/emulated_device.cpp ${emulation}/emulated_kernels.cpp)
endif()

pybind11_add_module(_cuda MODULE NO_EXTRAS ${cuda_sources} ${cuda_kernel_sources})
# The bindings as one, and those of core/ as in fourfold_cpu; the rest side by side.
set_target_properties(_cuda PROPERTIES UNITY_BUILD_MODE GROUP)
group_by_folder(csrc/bindings/module_cuda.cpp csrc/bindings/register_solve_cuda.cpp)
target_include_directories(_cuda PRIVATE csrc/include csrc)
target_compile_definitions(_cuda PRIVATE FOURFOLD_VERSION="${SKBUILD_PROJECT_VERSION}")
if(FOURFOLD_CUDA STREQUAL "EMULATED")
  target_include_directories(_cuda BEFORE PRIVATE ${emulation})
  target_link_libraries(_cuda PRIVATE Threads::Threads)
else()
  # The algorithm in core/ is host code that kernels call: --expt-relaxed-constexpr lets them call
  # std::max and its like.
  target_compile_options(
    _cuda PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr;--threads=0>)
  if(FOURFOLD_WERROR)
    target_compile_options(_cuda PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:SHELL:-Werror all-warnings>)
  endif()
  target_link_libraries(_cuda PRIVATE CUDA::cudart_static)
endif()
install(TARGETS _cuda LIBRARY DESTINATION fourfold)
