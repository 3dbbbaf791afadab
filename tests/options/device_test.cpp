// SPDX-License-Identifier: Apache-2.0
#include "options/device.hpp"

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "core/torch_facts.hpp"
#include "support/only_where.hpp"

namespace yolo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Device, HasOneName) {
    for (const char* cpu : {"", "cpu", "CPU", "Cpu", "None", "['cpu']", "\"cpu\"", " cpu "})
        EXPECT_EQ(device_name(cpu), "cpu") << cpu;
    for (const char* first : {"0", "cuda", "cuda:0", "[0]", "0,", "CUDA:0"})
        EXPECT_EQ(device_name(first), "cuda:0") << first;
    EXPECT_EQ(device_name("3"), "cuda:3");
    for (const char* several : {"0,1", "[0, 1]", "cuda:0,cuda:1"})
        EXPECT_THAT([&] { device_name(several); },
                    ThrowsMessage<UsageError>(HasSubstr("one run computes on one device")));
    for (const char* other : {"mps", "npu:0", "xpu"})
        EXPECT_THAT([&] { device_name(other); },
                    ThrowsMessage<UsageError>(HasSubstr("on an NVIDIA GPU by its number")));
    for (const char* wrong : {"-2", "tpu", "-1,-1"}) EXPECT_THROW(device_name(wrong), UsageError) << wrong;
}

TEST(Device, HalfIsWhatTheDeviceHas) {
    EXPECT_EQ(precision_of(false), Precision::fp32);
    EXPECT_EQ(precision_of(true), Precision::bf16);
    EXPECT_EQ(precision_of(false, true), Precision::fp32);
    EXPECT_EQ(precision_of(true, true), Precision::fp16);
    Config config;
    EXPECT_FALSE(is_half(config));
    config.set("half", true);
    EXPECT_TRUE(is_half(config));
}

TEST(Device, OnTheProcessorTheEngineIsOurs) {
    const Compute plain = compute_on("", "", false);
    EXPECT_EQ(plain.engine, "") << "the model's own";
    EXPECT_EQ(plain.device, "cpu");
    EXPECT_EQ(plain.precision, Precision::fp32);
    EXPECT_EQ(compute_on("cpu", "torch", true).engine, "torch");
    EXPECT_EQ(compute_on("cpu", "torch", true).precision, Precision::bf16);
    EXPECT_THAT([] { compute_on("0", "reference", false); },
                ThrowsMessage<UsageError>(HasSubstr("engine=reference computes on the processor")));
}

#ifdef YOLO_HAS_TORCH

TEST(Device, WithoutAGpuOneSentenceSaysWhy) {
    const TorchFacts torch = torch_facts("this test");
    EXPECT_FALSE(torch.version.empty());
    YOLO_ONLY_WHERE(torch.gpus == 0, "there is a GPU here");
    EXPECT_THAT([] { compute_on("0", "", false); },
                ThrowsMessage<UsageError>(AllOf(HasSubstr("device=0: LibTorch sees no CUDA GPU here ("),
                                                HasSubstr("use device=cpu, or see docs/training.md"))));
    Config config;
    config.set_mode(Mode::train);
    config.set("device", parse_value("0"));
    EXPECT_THROW(training_device(config), UsageError);
    EXPECT_THROW(compute_on("-1", "", false), UsageError);
}

#endif

}  // namespace
}  // namespace yolo
