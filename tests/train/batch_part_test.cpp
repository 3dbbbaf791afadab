// SPDX-License-Identifier: Apache-2.0
#include "train/batch_part.hpp"

#include <gmock/gmock.h>

namespace yolo::train {
namespace {

using testing::ElementsAre;

/// Three pictures with 1, 0 and 2 objects.
data::Batch three_pictures() {
    data::Batch batch;
    batch.pictures.resize(3);
    batch.images = Tensor::allocate(DType::u8, {3, 4, 4, 3});
    for (std::size_t i = 0; i < batch.images.bytes(); ++i)
        batch.images.mutable_values<std::uint8_t>()[i] = static_cast<std::uint8_t>(i);
    batch.picture_of = {0, 2, 2};
    batch.classes = {7, 8, 9};
    batch.boxes = {1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
    batch.keypoints = {1, 1, 2, 2, 2, 2, 3, 3, 2};
    batch.masks = Tensor::allocate(DType::u8, {3, 2, 2});
    return batch;
}

TEST(BatchPart, HoldsTheFirstPicturesAndTheirObjects) {
    const data::Batch part = batch_part(three_pictures(), 2, true);
    EXPECT_EQ(part.size(), 2);
    EXPECT_EQ(part.images.shape(), (Shape{2, 4, 4, 3}));
    EXPECT_EQ(part.images.values<std::uint8_t>().back(), 95);
    EXPECT_THAT(part.picture_of, ElementsAre(0));
    EXPECT_THAT(part.classes, ElementsAre(7));
    EXPECT_THAT(part.boxes, ElementsAre(1, 1, 1, 1));
    EXPECT_THAT(part.keypoints, ElementsAre(1, 1, 2));
    EXPECT_EQ(part.masks.dim(0), 2);
    EXPECT_EQ(batch_part(three_pictures(), 2, false).masks.dim(0), 1);
    EXPECT_EQ(batch_part(three_pictures(), 5, true).size(), 3);
}

TEST(BatchPart, ClassifyHasOneClassAPicture) {
    data::Batch batch = three_pictures();
    batch.picture_of.clear();
    batch.boxes.clear();
    batch.keypoints.clear();
    batch.masks = {};
    EXPECT_THAT(batch_part(batch, 2, true).classes, ElementsAre(7, 8));
}

TEST(BatchPart, ObjectsMayBeMissing) {
    data::Batch batch = three_pictures();
    batch.picture_of.clear();
    batch.classes.clear();
    batch.boxes.clear();
    batch.keypoints.clear();
    const data::Batch part = batch_part(batch, 1, true);
    EXPECT_TRUE(part.classes.empty());
    EXPECT_EQ(part.size(), 1);
}

}  // namespace
}  // namespace yolo::train
