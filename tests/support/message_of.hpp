// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <yolo/error.hpp>

namespace yolo::test {

/// What the `Failure` says that `call` throws; "" when it throws none.
template <class Failure = Error, class Call>
std::string message_of(const Call& call) {
    try {
        call();
    } catch (const Failure& error) {
        return error.what();
    }
    return "";
}

}  // namespace yolo::test
