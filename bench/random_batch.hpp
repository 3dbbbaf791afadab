// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>

#include "data/batch.hpp"

namespace yolo::bench {

/// The targets of a detection batch: as many objects in each picture, each inside of it, with sides of 0.05
/// to 0.45 of the picture's. The pictures themselves are left to the caller.
inline data::Batch random_batch(int pictures, int objects, int classes) {
    std::mt19937 random(1);
    std::uniform_real_distribution<float> unit(0, 1);
    data::Batch batch;
    batch.pictures.resize(static_cast<std::size_t>(pictures));
    for (int i = 0; i < pictures * objects; ++i) {
        batch.picture_of.push_back(i / objects);
        batch.classes.push_back(static_cast<int>(random() % static_cast<unsigned>(classes)));
        const float w = 0.05f + 0.4f * unit(random), h = 0.05f + 0.4f * unit(random);
        const float x = w / 2 + (1 - w) * unit(random), y = h / 2 + (1 - h) * unit(random);
        batch.boxes.insert(batch.boxes.end(), {x, y, w, h});
    }
    return batch;
}

}  // namespace yolo::bench
