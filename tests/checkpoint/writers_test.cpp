// SPDX-License-Identifier: Apache-2.0
// The parts that .pt files are written with.
#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include <gmock/gmock.h>

#include "checkpoint/load_content.hpp"
#include "checkpoint/pickle/pickle_values.hpp"
#include "checkpoint/pickle/pickle_writer.hpp"
#include "checkpoint/pickle/plain_data.hpp"
#include "formats/half.hpp"
#include "formats/zip/zip.hpp"
#include "formats/zip/zip_stream.hpp"

namespace yolo::test {
namespace {

using checkpoint::Pickle;
using checkpoint::PickleValues;
using checkpoint::Value;
using checkpoint::write_pickle;

TEST(PickleWriter, NumbersComeBack) {
    PickleValues values;
    PickleValues::List items;
    std::vector<std::int64_t> integers;
    for (int bit = 0; bit < 63; ++bit) {
        for (const std::int64_t near : {-1, 0, 1}) {
            for (const std::int64_t sign : {-1, 1})
                integers.push_back(sign * (std::int64_t{1} << bit) + near);
        }
    }
    integers.push_back(std::numeric_limits<std::int64_t>::min());
    integers.push_back(std::numeric_limits<std::int64_t>::max());
    for (const std::int64_t number : integers) items.push_back(values.integer(number));
    const std::vector<double> reals = {0.1, -0.0, 1e-310, -1e308, std::numeric_limits<double>::infinity()};
    for (const double number : reals) items.push_back(values.real(number));
    const Pickle pickle = Pickle::parse(bytes_of(write_pickle(*values.list(items))));
    ASSERT_EQ(pickle.root().items.size(), items.size());
    for (std::size_t i = 0; i < integers.size(); ++i) {
        EXPECT_TRUE(pickle.root().items[i]->is(Value::Kind::integer));
        EXPECT_EQ(pickle.root().items[i]->integer, integers[i]);
    }
    for (std::size_t i = 0; i < reals.size(); ++i) {
        const Value& value = *pickle.root().items[integers.size() + i];
        EXPECT_TRUE(value.is(Value::Kind::real));
        EXPECT_EQ(std::bit_cast<std::uint64_t>(value.real), std::bit_cast<std::uint64_t>(reals[i]));
    }
}

TEST(PickleWriter, PlainDataComesBack) {
    PickleValues values;
    const Json data = {{"none", nullptr},
                       {"yes", true},
                       {"text", "a\n\u00e9"},
                       {"lists", {{}, {1}, {1, 2.5, "x"}}},
                       {"deep", {{"a", {{"b", {1, 2, 3, 4}}}}, {"empty", Json::object()}}}};
    const Pickle pickle = Pickle::parse(bytes_of(write_pickle(*values.plain(data))));
    EXPECT_EQ(plain_data(pickle.root()), data);
}

TEST(PickleWriter, WhatIsSharedIsWrittenOnce) {
    PickleValues values;
    PickleValues::List items;
    const Value* shared = values.dict({{"a rather long key", values.integer(1)}});
    for (int i = 0; i < 600; ++i) {  // more than a byte can count
        items.push_back(values.text("text " + std::to_string(i % 300)));
        items.push_back(shared);
    }
    const std::string code = write_pickle(*values.list(items));
    EXPECT_EQ(code.find("rather long"), code.rfind("rather long"));
    const Pickle pickle = Pickle::parse(bytes_of(code));
    for (std::size_t i = 0; i < items.size(); i += 2) {
        EXPECT_EQ(pickle.root().items[i]->text, items[i]->text);
        EXPECT_EQ(pickle.root().items[i + 1], pickle.root().items[1]);
    }
}

TEST(PickleWriter, TuplesOfEverySizeAndObjectsComeBack) {
    PickleValues values;
    PickleValues::List items;
    for (std::int64_t size = 0; size < 6; ++size)
        items.push_back(values.integers(std::vector<std::int64_t>(static_cast<std::size_t>(size), size)));
    items.push_back(values.object("torch.nn.Thing", {}, values.dict({{"x", values.integer(3)}})));
    items.push_back(values.object("torch.Size", {values.integers({1, 2})}));
    const Pickle pickle = Pickle::parse(bytes_of(write_pickle(*values.tuple(items))));
    const auto& read = pickle.root().items;
    ASSERT_EQ(read.size(), 8U);
    for (std::size_t size = 0; size < 6; ++size) {
        EXPECT_TRUE(read[size]->is(Value::Kind::tuple));
        EXPECT_EQ(read[size]->items.size(), size);
    }
    EXPECT_EQ(read[6]->callee(), "torch.nn.Thing");
    EXPECT_EQ(read[6]->find("x")->integer, 3);
    EXPECT_EQ(read[7]->arguments().at(0)->items.size(), 2U);
}

TEST(PickleWriter, TextThatIsNotUtf8BecomesReplacementCharacters) {
    PickleValues values;
    EXPECT_EQ(values.text("a\xff")->text, "a\xef\xbf\xbd");
}

TEST(Half, EveryHalfComesBackAndNeighboursRoundToTheNearest) {
    for (std::uint32_t bits = 0; bits < 0x7C00; ++bits) {
        Tensor half = Tensor::allocate(DType::f16, {1});
        half.mutable_values<std::uint16_t>()[0] = static_cast<std::uint16_t>(bits);
        const float value = half.to_f32().values<float>()[0];
        ASSERT_EQ(formats::to_half(value), bits);
        ASSERT_EQ(formats::to_half(-value), bits | 0x8000U);
        if (bits == 0x7BFF) continue;
        half.mutable_values<std::uint16_t>()[0] = static_cast<std::uint16_t>(bits + 1);
        const float next = half.to_f32().values<float>()[0];
        const float middle = value + (next - value) / 2;  // exact in float32
        ASSERT_EQ(formats::to_half(middle), bits + (bits & 1U)) << "ties to even";
        ASSERT_EQ(formats::to_half(std::nextafter(middle, 0.F)), bits);
        ASSERT_EQ(formats::to_half(std::nextafter(middle, 1e9F)), bits + 1);
    }
}

TEST(Half, SpecialNumbersAreReplaced) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    EXPECT_EQ(formats::to_half(std::numeric_limits<float>::quiet_NaN()), 0);
    EXPECT_EQ(formats::to_half(infinity), 0x7BFF);
    EXPECT_EQ(formats::to_half(-infinity), 0xFBFF);
    EXPECT_EQ(formats::to_half(65519.F), 0x7BFF);
    EXPECT_EQ(formats::to_half(65520.F), 0x7BFF);
    EXPECT_EQ(formats::to_half(1e30F), 0x7BFF);
    EXPECT_EQ(formats::to_half(1e-30F), 0);
    Tensor stored = Tensor::allocate(DType::f16, {3});
    const auto bits = stored.mutable_values<std::uint16_t>();
    bits[0] = 0x7E01, bits[1] = 0xFC00, bits[2] = 0x3C00;  // NaN, -infinity, 1
    const Tensor cleaned = formats::to_half(stored);
    EXPECT_THAT(cleaned.values<std::uint16_t>(), ::testing::ElementsAre(0, 0xFBFF, 0x3C00));
    EXPECT_FALSE(formats::is_finite(stored));
    EXPECT_TRUE(formats::is_finite(cleaned));
    EXPECT_EQ(formats::to_half(cleaned).raw(), cleaned.raw()) << "nothing is copied without need";
}

TEST(ZipStream, EntriesAreAlignedAndComeBack) {
    std::mt19937 random(1);
    std::string file;
    formats::ZipStream zip([&file](std::span<const std::byte> bytes) {
        file.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    });
    std::vector<std::string> contents;
    for (std::size_t i = 0; i < 200; ++i) {
        std::string& content = contents.emplace_back(i * 7 % 150, '\0');
        for (char& c : content) c = static_cast<char>(random());
        zip.add(std::string(1 + i % 70, 'n') + std::to_string(i), content);
    }
    zip.finish();
    const formats::SharedBytes bytes = bytes_of(file);
    const formats::ZipArchive archive(bytes);
    archive.verify();
    formats::Allowance allowance(0);
    for (std::size_t i = 0; i < contents.size(); ++i) {
        const auto read = archive.read(std::string(1 + i % 70, 'n') + std::to_string(i), allowance);
        EXPECT_EQ(read.text(), contents[i]);
        EXPECT_EQ((read.bytes.data() - bytes.bytes.data()) % 64, 0);
    }
    std::string damaged = file;
    damaged[damaged.find(contents[1]) + 3] ^= 1;
    EXPECT_THAT(error_of([&] { formats::ZipArchive(bytes_of(damaged)).verify(); }),
                ::testing::HasSubstr("checksum"));
}

}  // namespace
}  // namespace yolo::test
