// SPDX-License-Identifier: Apache-2.0
/// \file Labels that nobody reads: where they lie, and where they are looked for.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/label_cache.hpp"

namespace yolo::data {

/// Pictures of one folder without label file, for which there is one somewhere near.
struct LostLabels {
    std::size_t pictures = 0;
    std::string looked_for, found;  ///< the files of the first of them
    std::string advice;
};

/// Label files of one folder that belong to no picture.
struct UnclaimedLabels {
    std::vector<std::string> files;  ///< sorted
    std::string pictures;            ///< the folder in which their pictures would be
};

/// A folder in which not one picture has labels, also not lost ones.
struct BareFolder {
    std::string folder, looked_for;
    std::size_t pictures = 0;
};

struct LabelSurvey {
    std::size_t labelled = 0;  ///< pictures with label file
    std::vector<LostLabels> lost;
    std::vector<UnclaimedLabels> unclaimed;
    std::vector<BareFolder> bare;
    std::vector<std::string> unlisted;  ///< label files of pictures that are there, but were not given

    std::size_t lost_pictures() const;
    std::size_t unclaimed_files() const;
};

/// `folders`: what is read are the folders of the pictures, their label folders and those near them that are
/// called labels or the like. `trees`: also all below a folder labels of which a part is a label folder.
enum class SurveyDepth { folders, trees };

/// `has_labels`: for each picture whether its label file is there.
LabelSurvey survey_labels(std::span<const SplitPicture> pictures, const std::vector<bool>& has_labels,
                          SurveyDepth depth = SurveyDepth::folders);

/// One sentence each, without the split's name.
std::string sentence(const LostLabels& lost);
std::string sentence(const UnclaimedLabels& unclaimed);
std::string sentence(const BareFolder& bare);

}  // namespace yolo::data
