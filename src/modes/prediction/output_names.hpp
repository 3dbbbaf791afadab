// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

#include "core/run_files.hpp"
#include "sources/source.hpp"

namespace yolo::modes {

/// Names of output files: the source's stem; a second source with the same stem becomes STEM-2.
class OutputNames {
  public:
    const std::string& of(int source_index, const std::string& stem);

  private:
    std::map<int, std::string> names_;
    std::set<std::string> taken_;
};

/// Before anything is predicted: throws Error where an annotated picture or video would replace a foreign
/// file, or one that is a source itself.
void refuse_taken_outputs(const RunFiles& files, std::span<const sources::Planned> planned);

}  // namespace yolo::modes
