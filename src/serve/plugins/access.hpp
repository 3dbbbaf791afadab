// SPDX-License-Identifier: Apache-2.0
/// \file Who may read the page.
#pragma once

#include <string>
#include <string_view>

namespace yolo::serve {

/// Compares in a time that depends on the length of `given` alone, so that no answer's delay tells how much
/// of a guess is right.
bool same_secret(std::string_view given, std::string_view secret);

/// The host of a request names this machine. Without a token that is asked for: else a page of the web whose
/// name leads here (DNS rebinding) could read along.
bool is_own_host(std::string_view host);

}  // namespace yolo::serve
