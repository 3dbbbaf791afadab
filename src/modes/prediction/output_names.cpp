// SPDX-License-Identifier: Apache-2.0
#include "modes/prediction/output_names.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo::modes {

namespace fs = std::filesystem;

const std::string& OutputNames::of(int source_index, const std::string& stem) {
    constexpr std::size_t remembered = 1024;
    std::string& name = names_[source_index];
    if (name.empty()) {
        name = stem;
        for (int number = 2; !taken_.insert(name).second; ++number) name = fmt::format("{}-{}", stem, number);
    }
    if (names_.size() > remembered) names_.erase(names_.begin());  // files come in order: older ones are done
    return name;
}

void refuse_taken_outputs(const RunFiles& files, std::span<const sources::Planned> planned) {
    std::error_code error;
    std::set<fs::path> sources;
    for (const sources::Planned& plan : planned) sources.insert(fs::weakly_canonical(plan.path, error));
    OutputNames names;
    int index = 0;
    for (const sources::Planned& plan : planned) {
        const std::string name = names.of(index++, plan.stem) + (plan.is_video ? ".avi" : ".jpg");
        files.refuse_foreign(name);
        if (sources.contains(fs::weakly_canonical(files.folder() / name, error)))
            throw Error(
                fmt::format("'{}' is a source of this run, so no result is written onto it: give another "
                            "save_dir= or name=",
                            (files.folder() / name).string()));
    }
}

}  // namespace yolo::modes
