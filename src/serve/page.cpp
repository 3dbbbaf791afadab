// SPDX-License-Identifier: Apache-2.0
#include "serve/page.hpp"

#include <fmt/format.h>

#include <yolo/error.hpp>

#include "core/plugin.hpp"

namespace yolo::serve {

Page::Page(const Address& address, std::shared_ptr<Board> board)
    : address_(address), board_(std::move(board)) {
    auto* make = reinterpret_cast<MakePageServer*>(
        plugin_symbol(page_library, make_page_server_name, "showing a run as a web page (serve)"));
    std::string reason;
    server_.reset(make(address_, *board_, reason));
    if (!server_)
        throw Error(fmt::format("the page of serve= cannot be opened at {}:{}: {}", address_.host,
                                address_.port, reason));
}

Page::~Page() {
    board_->end();
}

std::string Page::url() const {
    return address_.url(port());
}

}  // namespace yolo::serve
