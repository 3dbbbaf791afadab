// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "formats/bytes.hpp"

namespace yolo::test {

/// A copy on the heap of exactly that size, so that the sanitizers see every read past its end.
inline formats::SharedBytes bytes_of(const std::string& content) {
    auto copy = std::make_shared<std::vector<std::byte>>(content.size());
    std::memcpy(copy->data(), content.data(), content.size());
    return {*copy, copy};
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
