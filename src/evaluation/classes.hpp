// SPDX-License-Identifier: Apache-2.0
/// \file The classes of a model and those of a data set, where they meet in a validation.
#pragma once

#include <vector>

#include <yolo/config.hpp>
#include <yolo/log.hpp>
#include <yolo/model_info.hpp>

#include "data/dataset_spec.hpp"

namespace yolo::evaluation {

/// The classes that figures, pictures and files are about.
struct JudgedClasses {
    /// The data set's; classify: the model's, then those of the data set that it does not know.
    Names names;
    /// Their number for each class of the network, -1: what is found of it is left out. Empty: its own
    /// number. Not for classify, where a picture that is taken for something else is wrong.
    std::vector<int> of_network;
};

/// By number, as a training has them: its network was made for the data set.
JudgedClasses own_classes(const ModelInfo& info, const data::DatasetSpec& spec);

/// By name, or by number where the names say nothing or `match=number` asks for it; one line for each thing
/// that a user may not expect.
JudgedClasses judged_classes(const Config& config, const ModelInfo& info, const data::DatasetSpec& spec,
                             const LogSink& log);

/// The data set in the numbers of these classes. Only classify, whose folders have none of their own, has
/// others than before.
data::DatasetSpec numbered_as(data::DatasetSpec spec, const JudgedClasses& classes);

}  // namespace yolo::evaluation
