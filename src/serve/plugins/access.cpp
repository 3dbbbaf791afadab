// SPDX-License-Identifier: Apache-2.0
#include "serve/plugins/access.hpp"

namespace yolo::serve {

bool same_secret(std::string_view given, std::string_view secret) {
    if (secret.empty()) return false;
    unsigned difference = given.size() == secret.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
        difference |=
            static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(secret[i % secret.size()]);
    }
    return difference == 0;
}

bool is_own_host(std::string_view host) {
    if (host.starts_with('[')) return host.starts_with("[::1]");
    host = host.substr(0, host.find(':'));
    if (host == "localhost") return true;
    return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace yolo::serve
