// SPDX-License-Identifier: Apache-2.0
#include "data/dataset/label_cache.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace yolo::data
