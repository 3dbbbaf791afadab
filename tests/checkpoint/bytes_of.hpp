// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/zip/bytes.hpp"

namespace yolo::test {

/// A copy on the heap of exactly that size, so that the sanitizers see every read past its end.
inline checkpoint::SharedBytes bytes_of(const std::string& content) {
    auto copy = std::make_shared<std::vector<std::byte>>(content.size());
    std::memcpy(copy->data(), content.data(), content.size());
    return {*copy, copy};
}

inline checkpoint::Checkpoint load_content(const std::string& content, const LogSink& log = {}) {
    const checkpoint::SharedBytes bytes = bytes_of(content);
    return checkpoint::load_bytes(bytes.bytes, bytes.owner, "model.pt", log);
}

/// The message of the Error that `action` throws; a test failure when it throws none.
template <class Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    ADD_FAILURE() << "no Error was thrown";
    return {};
}

}  // namespace yolo::test
