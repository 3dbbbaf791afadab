// SPDX-License-Identifier: Apache-2.0
#include "options/device_name.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

namespace yolo {
namespace {

std::string device(const char* text) {
    Config config;
    config.set("device", parse_value(text));
    return to_string(config.get("device"));
}

TEST(DeviceName, HasOneForm) {
    for (const char* text : {"cpu", "CPU", "Cpu", " cpu ", "\"cpu\"", "['cpu']", "[cpu]", "cpu:0", "'CPU,'"})
        EXPECT_EQ(device(text), "cpu") << text;
    for (const char* text :
         {"0", "[0]", "(0,)", "'0'", "cuda", "CUDA", "cuda:0", "Cuda:0", "'cuda:0'", "['cuda:0']"})
        EXPECT_EQ(device(text), "0") << text;
    for (const char* text :
         {"0,1", "[0, 1]", "(0,1)", "'0, 1'", "cuda:0,1", "cuda:0,cuda:1", "['cuda:0', 1]"})
        EXPECT_EQ(device(text), "[0, 1]") << text;
    for (const char* text : {"none", "None", "''", "' '", "[]", "'none'"})
        EXPECT_EQ(device(text), "null") << text;
    EXPECT_EQ(device("3"), "3");
    EXPECT_EQ(device("-1"), "-1");
    EXPECT_EQ(device("MPS"), "mps");
    EXPECT_EQ(device("npu:1"), "npu:1");
}

TEST(DeviceName, RefusesWhatIsNone) {
    for (const char* text :
         {"gpu", "fast", "-2", "0.5", "true", "cuda:x", "cpu,0", "0,-1", "[0, [1]]", "npu:", "npux"}) {
        try {
            device(text);
            ADD_FAILURE() << text;
        } catch (const UsageError& error) {
            EXPECT_THAT(error.what(), ::testing::HasSubstr("device must be cpu")) << text;
        }
    }
}

}  // namespace
}  // namespace yolo
