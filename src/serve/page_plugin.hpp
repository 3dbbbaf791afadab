// SPDX-License-Identifier: Apache-2.0
/// \file What the plug-in libyolo_page.so (src/serve/plugins) offers: it links cpp-httplib, which brings
/// along OpenSSL.
#pragma once

#include <string>

#include "serve/address.hpp"
#include "serve/feed.hpp"

namespace yolo::serve {

inline constexpr char page_library[] = "yolo_page";

/// Answers readers until it is destroyed: that takes half a second at most, whoever is connected.
class PageServer {
  public:
    virtual ~PageServer() = default;
    virtual int port() const noexcept = 0;
};

/// The caller owns it, and `feed` outlives it. Null: `reason` says why. No C++ exception leaves it.
using MakePageServer = PageServer*(const Address& address, Feed& feed, std::string& reason);
inline constexpr char make_page_server_name[] = "yolo_make_page_server";

}  // namespace yolo::serve
