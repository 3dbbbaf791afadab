// SPDX-License-Identifier: Apache-2.0
#include "core/precision.hpp"

#include <gtest/gtest.h>

#include <yolo/error.hpp>

namespace yolo {
namespace {

TEST(Precision, IsReadAsItIsWritten) {
    for (const Precision precision : {Precision::fp32, Precision::bf16, Precision::fp16})
        EXPECT_EQ(parse_precision(to_string(precision)), precision);
    EXPECT_EQ(parse_precision("bf16"), Precision::bf16);
    for (const char* other : {"", "fp3", "fp64", "BF16"})
        EXPECT_THROW(parse_precision(other), Error) << other;
}

}  // namespace
}  // namespace yolo
