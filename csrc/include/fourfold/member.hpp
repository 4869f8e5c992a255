// Copyright 2026 The Fourfold developers
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

namespace fourfold {

// Whether Expression<T>, the type of a call of a member of T, is well-formed and is Type: how the
// contracts are tested. A member that is missing makes this false, and is not an error by itself.
template <template <class> class Expression, class T, class Type, class = void>
inline constexpr bool has_member_v = false;

template <template <class> class Expression, class T, class Type>
inline constexpr bool has_member_v<Expression, T, Type, std::void_t<Expression<T>>> =
    std::is_same_v<Expression<T>, Type>;

} // namespace fourfold
