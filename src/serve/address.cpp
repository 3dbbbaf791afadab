// SPDX-License-Identifier: Apache-2.0
#include "serve/address.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>
#include <unistd.h>

#include <yolo/error.hpp>

namespace yolo::serve {

namespace {

[[noreturn]] void refuse(const std::string& text) {
    throw UsageError(
        fmt::format("serve={} is not possible: a port from 0 to 65535 (0 takes one that is free) or "
                    "ADDRESS:PORT is needed",
                    text));
}

int port_of(std::string_view digits, const std::string& text) {
    int port = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    constexpr int most = 65535;
    if (error != std::errc() || end != digits.data() + digits.size() || port < 0 || port > most) refuse(text);
    return port;
}

std::string machine_name() {
    std::array<char, 256> name = {};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
    return name.data();
}

}  // namespace

bool Address::is_local() const {
    return host.starts_with("127.") || host == "localhost" || host == "::1";
}

std::string Address::url(int real_port) const {
    std::string name = host;
    if (host == "0.0.0.0" || host == "::") name = machine_name();
    if (name.find(':') != std::string::npos) name = "[" + name + "]";
    return fmt::format("http://{}:{}/", name, real_port);
}

Address parse_address(const std::string& text, const std::string& token) {
    Address address;
    address.token = token;
    const std::size_t colon = text.rfind(':');
    if (colon != std::string::npos) {
        address.host = text.substr(0, colon);
        const bool brackets = address.host.starts_with('[') && address.host.ends_with(']');
        if (brackets) address.host = address.host.substr(1, address.host.size() - 2);
        if (address.host.empty() || (!brackets && address.host.find(':') != std::string::npos)) refuse(text);
    }
    address.port = port_of(std::string_view(text).substr(colon == std::string::npos ? 0 : colon + 1), text);
    if (!address.is_local() && token.empty()) {
        throw UsageError(
            fmt::format("serve={}: other machines reach that address, so the page needs serve_token=SECRET, "
                        "which its readers "
                        "give as ?token=SECRET",
                        text));
    }
    return address;
}

}  // namespace yolo::serve
