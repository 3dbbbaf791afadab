// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "checkpoint/checkpoint.hpp"
#include "formats/bytes_of.hpp"

namespace yolo::test {

inline checkpoint::Checkpoint load_content(const std::string& content, const LogSink& log = {}) {
    const formats::SharedBytes bytes = bytes_of(content);
    return checkpoint::load_bytes(bytes.bytes, bytes.owner, "model.pt", log);
}

}  // namespace yolo::test
