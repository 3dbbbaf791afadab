// SPDX-License-Identifier: Apache-2.0
/// \file The threads of a loader: they fill the batches of an epoch in its order.
#pragma once

#include <memory>

#include "data/loader.hpp"
#include "data/loading/epoch_plan.hpp"
#include "data/sample_source.hpp"

namespace yolo::data {

/// Of the options only the channels, the seed and the number of workers count. `pictures`: the maker's, whose
/// unreadable ones the loader tells of.
std::unique_ptr<Loader> make_batch_loader(const LoadOrder& order, SampleMaker maker,
                                          std::shared_ptr<PictureStore> pictures,
                                          const LoaderOptions& options);

}  // namespace yolo::data
