// SPDX-License-Identifier: Apache-2.0
#include "engines/exported/stored_precision.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "engines/exported/formats.hpp"
#include "engines/exported/litert_file.hpp"
#include "engines/exported/script_storages.hpp"
#include "engines/small_network.hpp"
#include "export/format.hpp"
#include "support/golden.hpp"

namespace yolo::test {
namespace {

using namespace std::string_literals;

/// A small network in a format that says nothing of its precision.
std::filesystem::path written(const exports::Format& format, exports::Quantization quantization) {
    const auto path = scratch_dir() / ("small" + format.suffix_for(quantization));
    std::filesystem::remove_all(path);
    if (format.is_folder()) std::filesystem::create_directories(path);
    graph::Network network = graph::expand_head(small_network(11), graph::InputSize{32, 24});
    if (format.layout == graph::Layout::nhwc) network = graph::to_nhwc(network);
    format.write({.network = network, .metadata = {}, .quantization = quantization}, path);
    return path;
}

TEST(StoredPrecision, IsFoundInTheFilesOfEveryFormat) {
    for (const exports::Format& format : exports::formats()) {
        if (format.holds_weights_alone) continue;
        for (const auto& [quantization, expected] :
             {std::pair{exports::Quantization::fp32, "fp32"}, std::pair{exports::Quantization::fp16, "fp16"},
              std::pair{exports::Quantization::w8a32, "int8"}}) {
            if (!format.takes(quantization)) continue;
            const auto path = written(format, quantization);
            const engines::ExportedFormat* reader = engines::format_of_name(path.string());
            ASSERT_NE(reader, nullptr);
            ASSERT_NE(reader->read_precision, nullptr) << format.name;
            EXPECT_EQ(reader->read_precision(path), expected) << path;
        }
    }
}

TEST(StoredPrecision, ALitertFileThatIsCutShortIsRefusedOrUnderstood) {
    const std::string bytes = read_text(written(exports::find_format("litert"), exports::Quantization::fp32));
    std::size_t refused = 0;
    for (std::size_t size = 0; size < bytes.size(); size += 97) {
        try {
            (void)engines::litert_bytes_by_type(std::as_bytes(std::span(bytes.data(), size)));
        } catch (const Error&) {
            ++refused;
        }
    }
    EXPECT_GT(refused, bytes.size() / 97 / 2);
}

TEST(StoredPrecision, StoragesAreFoundThroughThePicklesMemo) {
    // Two storages: the second names its type by the place of the first one's in the memo.
    const std::string pickle =
        "\x80\x02(X\x07\0\0\0storagectorch\nHalfStorage\nq\x01X\x01\0\0\0"
        "0"
        "X\x03\0\0\0cpuK\x05tQ"
        "(X\x07\0\0\0storageh\x01X\x01\0\0\0"
        "1"
        "X\x03\0\0\0cpuM\x00\x01tQ."s;
    EXPECT_THAT(engines::script_storages(pickle), testing::ElementsAre(testing::Pair("HalfStorage", 261U)));
    EXPECT_THROW((void)engines::script_storages(pickle.substr(0, 12)), Error);
    EXPECT_THROW((void)engines::script_storages("\x80\x02i"), Error);
}

}  // namespace
}  // namespace yolo::test
