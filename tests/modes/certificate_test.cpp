// SPDX-License-Identifier: Apache-2.0
/// \file What the certificate of an exported file holds, and what leaves a file without one.
#include "modes/exporting/certificate.hpp"

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "engines/registry.hpp"
#include "modes/export_support.hpp"
#include "support/message_of.hpp"

namespace yolo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

checkpoint::Checkpoint starter_model(const char* task) {
    return checkpoint::load(source_dir() / "models/starter" / (std::string(task) + ".pt"));
}

TEST(Certificate, AnEngineOfAnotherVersionLeavesTheFileUnchecked) {
    engines::EngineTable table = engines::engine_table();
    table.push_back({.name = "old", .purpose = "a test", .takes = {"paper"}, .plugin = "yolo_old_engine"});
    const checkpoint::Checkpoint model = starter_model("detect");
    const modes::ExportOptions options;
    exports::Format format;
    format.name = "paper";
    const modes::Certificate certificate =
        modes::Examiner(model, options, table).examine(format, scratch_dir() / "best.paper");
    EXPECT_FALSE(certificate.checked());
    EXPECT_THAT(certificate.not_checked, HasSubstr("a test is of another version"));
}

/// Rows of detections and their coefficients are as they should be, the prototypes are not.
TEST(Certificate, HoldsThePrototypesBesideRowsOfDetections) {
    const exports::Format& format = exports::find_format("torchscript");
    if (!engines::is_here(engines::find_engine("", "torchscript"))) GTEST_SKIP() << "LibTorch is not here";
    const fs::path folder = scratch_dir();
    checkpoint::Checkpoint model = starter_model("segment");
    modes::ExportOptions options;
    options.size = {96, 96};
    options.nms = graph::SuppressionRule{};
    const auto write = [&](const checkpoint::Checkpoint& from) {
        const graph::Network network = graph::suppress(
            graph::expand_head(graph::to_inference(from.graph, from.weights), options.size), *options.nms);
        format.write(
            {.network = network, .metadata = {{"task", "segment"}, {"args", Json::object({{"nms", true}})}}},
            folder / "best.torchscript");
        return folder / "best.torchscript";
    };
    EXPECT_TRUE(modes::Examiner(model, options).examine(format, write(model)).checked());
    checkpoint::Checkpoint other = model;
    const auto bias = std::find_if(other.weights.begin(), other.weights.end(), [](const auto& entry) {
        return entry.first.ends_with("proto.cv3.bn.bias");
    });
    ASSERT_NE(bias, other.weights.end());
    const Tensor old = bias->second.to_f32();
    bias->second = Tensor::from(old.shape(), std::vector<float>(old.values<float>().size(), 3.0F));
    const fs::path file = write(other);
    EXPECT_THAT(message_of<Error>([&] { modes::Examiner(model, options).examine(format, file); }),
                HasSubstr("is not what the network computes"));
}

}  // namespace
}  // namespace yolo::test
