// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace yolo::serve {

/// Where the page is and what it asks its readers for.
struct Address {
    std::string host = "127.0.0.1";
    int port = 0;                      ///< 0: one that is free
    std::string token;                 ///< empty: nothing
    std::chrono::seconds patience{2};  ///< a reader that takes or says nothing for so long is let go

    bool is_local() const;  ///< no other machine can reach it
    /// "http://127.0.0.1:8080/", never with the token; of an address that is all of this machine's, its name.
    std::string url(int real_port) const;
};

/// "8080", "0.0.0.0:8080", "[::1]:8080". Throws UsageError for another text, and where an address that other
/// machines reach comes without a token.
Address parse_address(const std::string& text, const std::string& token);

}  // namespace yolo::serve
