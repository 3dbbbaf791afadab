// SPDX-License-Identifier: Apache-2.0
#include "core/cuda_driver.hpp"

#include <cstdlib>

#include <gmock/gmock.h>

#include "support/fake_cuda/library.hpp"

namespace yolo {
namespace {

using testing::HasSubstr;

TEST(CudaDriver, SaysWhatItHas) {
    ::unsetenv("FAKE_CUDA");
    const CudaDriver driver = cuda_driver(test::fake_cuda_library());
    ASSERT_EQ(driver.gpus.size(), 2U) << driver.problem;
    EXPECT_EQ(driver.problem, "");
    EXPECT_EQ(driver.gpus[1].name, "Fake B");
    EXPECT_EQ(driver.gpus[1].memory, std::int64_t{8} << 30);
    EXPECT_FALSE(driver.gpus[0].has_bf16());
    EXPECT_TRUE(driver.gpus[1].has_bf16());
    EXPECT_EQ(cuda_version_text(driver.version), "12.4");
    EXPECT_EQ(idlest_gpu(test::fake_cuda_library()), 1);
}

TEST(CudaDriver, SaysWhyThereIsNone) {
    EXPECT_THAT(cuda_driver("libnothing.so.1").problem, HasSubstr("no NVIDIA driver is installed"));
    EXPECT_EQ(idlest_gpu("libnothing.so.1"), std::nullopt);
    ::setenv("FAKE_CUDA", "none", 1);
    EXPECT_EQ(cuda_driver(test::fake_cuda_library()).problem,
              "NVIDIA's driver says: no CUDA-capable device is detected");
    ::unsetenv("FAKE_CUDA");
}

TEST(CudaDriver, ADeviceHasAName) {
    EXPECT_EQ(device_text("cpu"), "cpu");
    EXPECT_THAT(device_text("cuda:97"), HasSubstr("cuda:97"));
}

}  // namespace
}  // namespace yolo
