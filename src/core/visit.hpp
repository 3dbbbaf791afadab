// SPDX-License-Identifier: Apache-2.0
/// \file For visitors of a std::variant that name every alternative, so that a new one does not compile until
/// each visitor says what it does with it.
#pragma once

#include <concepts>

namespace yolo {

/// One visitor from several lambdas, for std::visit.
template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

/// One of several alternatives that a visitor treats alike: `operator()(const OneOf<Silu, Relu> auto& op)`.
template <class T, class... Alternatives>
concept OneOf = (std::same_as<T, Alternatives> || ...);

}  // namespace yolo
