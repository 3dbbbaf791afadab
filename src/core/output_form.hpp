// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yolo {

/// What the first output of a network that finds objects is. Known by who makes it: the shape alone may be
/// that of either.
enum class OutputForm {
    raw_maps,   ///< what the head's last convolutions give, a map a level: nothing here decodes them yet
    decoded,    ///< (N, 4 + nc + extra, A): box, probabilities and the task's own numbers of each anchor
    final_rows  ///< (N, M, 6 + extra): corners, confidence, class ...; the network suppresses by itself
};

}  // namespace yolo
