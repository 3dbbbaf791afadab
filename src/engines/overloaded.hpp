// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yolo::engines {

/// One visitor from several lambdas, for std::visit.
template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace yolo::engines
