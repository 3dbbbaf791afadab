// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/label_cache.hpp"

#include <gmock/gmock.h>

#include <yolo/error.hpp>

#include "core/files.hpp"
#include "support/golden.hpp"

namespace yolo::data {
namespace {

TEST(LabelCache, AFileThatIsGoneIsReplacedByTheBlockInMemory) {
    constexpr std::uint64_t key = 7;
    LabelIndexBuilder builder(0);
    builder.add("a.png", {24, 32}, {{1}, {{0.5F, 0.5F, 0.25F, 0.5F}}, {}, {}});
    const std::vector<std::byte> block = builder.finish(key, {});
    const auto file = test::scratch_dir() / "train.cache";
    for (const bool is_there : {false, true}) {
        if (is_there) write_file(file, block);
        const auto index = open_written(file, key, block);
        ASSERT_NE(index, nullptr);
        EXPECT_EQ(index->picture(0), "a.png");
        EXPECT_EQ(index->classes(0)[0], 1);
    }
}

TEST(LabelCache, WhatSomebodyElseWroteStays) {
    const std::vector<std::byte> block = LabelIndexBuilder(0).finish(7, {});
    const auto file = test::scratch_dir() / "train.yolo.cache";
    for (const char* foreign : {"", "somebody's", "YOLOIDX"}) {
        write_file(file, foreign);
        EXPECT_THAT([&] { write_block(file, block); },
                    testing::ThrowsMessage<Error>(testing::HasSubstr("stays")));
        EXPECT_EQ(read_text(file), foreign);
    }
    write_file(file, "YOLOIDX\n of another version, or damaged");
    write_block(file, block);
    EXPECT_NE(read_cache(file, 7), nullptr);
}

}  // namespace
}  // namespace yolo::data
