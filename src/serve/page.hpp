// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "serve/address.hpp"
#include "serve/board.hpp"
#include "serve/page_plugin.hpp"

namespace yolo::serve {

/// A small web page: / the page, /state a JSON snapshot, /events the same as server-sent events, /stream and
/// /stream/N the live picture (MJPEG).
class Page {
  public:
    /// Throws Error when the address cannot be had (another program has the port) or the plug-in is missing.
    Page(const Address& address, std::shared_ptr<Board> board);
    ~Page();  ///< ends the board
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;

    std::string url() const;
    int port() const { return server_->port(); }

  private:
    const Address address_;
    const std::shared_ptr<Board> board_;
    std::unique_ptr<PageServer> server_;
};

}  // namespace yolo::serve
