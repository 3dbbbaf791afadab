// SPDX-License-Identifier: Apache-2.0
#include "formats/safetensors.hpp"

#include <gmock/gmock.h>

#include "core/files.hpp"
#include "formats/bytes_of.hpp"
#include "support/golden.hpp"
#include "support/safetensors.hpp"

namespace yolo::test {
namespace {

using formats::Safetensors;
using ::testing::HasSubstr;

std::string file(const std::string& header, std::size_t data_size) {
    std::string content;
    for (int i = 0; i < 8; ++i) content.push_back(static_cast<char>(header.size() >> (8 * i) & 0xFFU));
    return content + header + std::string(data_size, 'x');
}

Safetensors parse_file(const std::string& content) {
    const formats::SharedBytes bytes = bytes_of(content);
    return formats::parse_safetensors(bytes.bytes, bytes.owner, "a.safetensors");
}

Safetensors sample() {
    const float numbers[] = {1, 2, 3, 4, 5, 6};
    Safetensors content;
    content.tensors.emplace("b.weight", Tensor::from({2, 3}, numbers));
    content.tensors.emplace("a.scalar", Tensor::from({}, std::span(numbers).first(1)));
    content.tensors.emplace("empty", Tensor::from({0, 3}, {}));
    content.metadata = {{"format", "test"}, {"names", R"(["caf\u00e9"])"}};
    return content;
}

TEST(Safetensors, RoundTripThroughOurWriter) {
    const auto path = scratch_dir() / "a.safetensors";
    formats::write_safetensors(path, sample());
    const Safetensors read = formats::read_safetensors(path);
    EXPECT_EQ(read.metadata, sample().metadata);
    ASSERT_EQ(read.tensors.size(), 3U);
    EXPECT_EQ(read.tensors.at("b.weight").shape(), (Shape{2, 3}));
    EXPECT_EQ(read.tensors.at("b.weight").values<float>()[5], 6);
    EXPECT_EQ(read.tensors.at("a.scalar").shape(), Shape{});
    EXPECT_EQ(read.tensors.at("empty").elements(), 0);
    const StoredTensors other = test::read_safetensors(path);  // a reader that shares no code with ours
    EXPECT_EQ(other.at("b.weight").floats(), (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

TEST(Safetensors, ReadsWhatOthersWrote) {
    YOLO_REQUIRE_GOLDEN("nms");
    const auto files = golden_files("nms", ".safetensors");
    ASSERT_FALSE(files.empty());
    const Safetensors ours = formats::read_safetensors(files.front());
    const StoredTensors theirs = test::read_safetensors(files.front());
    ASSERT_EQ(ours.tensors.size(), theirs.size());
    for (const auto& [name, tensor] : ours.tensors) {
        EXPECT_EQ(tensor.shape(), theirs.at(name).shape);
        ASSERT_EQ(tensor.bytes(), theirs.at(name).bytes.size());
        const std::byte* expected = theirs.at(name).bytes.data();
        EXPECT_TRUE(tensor.bytes() == 0 || std::memcmp(tensor.raw(), expected, tensor.bytes()) == 0) << name;
    }
}

TEST(Safetensors, EveryTruncationIsAnError) {
    const auto path = scratch_dir() / "a.safetensors";
    formats::write_safetensors(path, sample());
    const std::string whole = read_text(path);
    EXPECT_NO_THROW(parse_file(whole));
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_THROW(parse_file(whole.substr(0, size)), Error) << size;
    EXPECT_THAT(error_of([&] { parse_file(whole + "x"); }), HasSubstr("after its last tensor"));
}

TEST(Safetensors, BadHeadersAreErrorsThatNameTheFile) {
    const auto message = [](const std::string& header, std::size_t data = 8) {
        const std::string text = error_of([&] { parse_file(file(header, data)); });
        EXPECT_THAT(text, HasSubstr("'a.safetensors'"));
        return text;
    };
    EXPECT_THAT(message(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}})"),
                HasSubstr("'a': it lies outside"));
    EXPECT_THAT(message(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})"), HasSubstr("outside"));
    EXPECT_THAT(message(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})"),
                HasSubstr("do not hold"));
    EXPECT_THAT(message(R"({"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}})"), HasSubstr("'F33'"));
    EXPECT_THAT(message(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})"), HasSubstr("shape"));
    EXPECT_THAT(
        message(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}})"),
        HasSubstr("not possible"));
    EXPECT_THAT(message(R"({"a":{"dtype":"F32","shape":[2]}})"), HasSubstr("'a' is not described well"));
    EXPECT_THAT(
        message(
            R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
            4),
        HasSubstr("overlap"));
    EXPECT_THAT(message(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})"), HasSubstr("gaps"));
    EXPECT_THAT(message("{]"), HasSubstr("header"));
    EXPECT_THAT(message("[]"), HasSubstr("not a JSON object"));
    EXPECT_THAT(error_of([] { parse_file(std::string(7, '\xff') + '\x7f' + "{}"); }), HasSubstr("too long"));
    EXPECT_THROW(parse_file(file(std::string(100'000, '['), 0)), Error);
}

}  // namespace
}  // namespace yolo::test
