// SPDX-License-Identifier: Apache-2.0
/// \file What of a sequence does not go together, as parts of a sentence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "metrics/mot_file.hpp"
#include "modes/tracking/sequence_pictures.hpp"

namespace yolo::modes {

using Notes = std::vector<std::string>;

/// Where the parts of a sequence end.
struct SequenceEnds {
    int seqinfo = 0;  ///< frames; 0 = not known, as below
    int pictures = 0;
    int truth = 0;
    int detections = 0;
};

/// The highest frame, 0 without rows.
int last_frame(const std::vector<metrics::MotRow>& rows);

/// What is said when they do not agree; "" when they do. Rows may end before the sequence does: nothing was
/// there any more. That is doubted from a tenth of its frames on.
std::string disagreement(const SequenceEnds& ends);

/// Pictures that are left out, and frames without one.
Notes picture_notes(const SequencePictures& pictures);

/// "2, 3, 4 and 7 more".
std::string listed(const std::vector<std::string>& items);

}  // namespace yolo::modes
