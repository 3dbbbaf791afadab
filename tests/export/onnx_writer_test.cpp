// SPDX-License-Identifier: Apache-2.0
#include "export/onnx/onnx_writer.hpp"

#include <gmock/gmock.h>

namespace yolo::test {
namespace {

using exports::torch_scope;

TEST(OnnxNames, AreThoseThatVendorsCompilersCutAt) {
    EXPECT_EQ(torch_scope("model.22.cv2.0.2"), "/model.22/cv2.0/cv2.0.2");
    EXPECT_EQ(torch_scope("model.22.cv3.1.0.conv"), "/model.22/cv3.1/cv3.1.0/conv");
    EXPECT_EQ(torch_scope("model.0.conv"), "/model.0/conv");
    EXPECT_EQ(torch_scope("model.4.m.0.cv1.act"), "/model.4/m.0/cv1/act");
    EXPECT_EQ(torch_scope("model.12"), "/model.12");
}

}  // namespace
}  // namespace yolo::test
