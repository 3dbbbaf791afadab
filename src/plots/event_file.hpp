// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <utility>

#include "core/run_files.hpp"

namespace yolo::plots {

using NamedScalar = std::pair<std::string, double>;

/// A TensorBoard event file: one record per call of add(), readable while training goes on.
class EventFile {
  public:
    /// Makes FOLDER/events.out.tfevents.<seconds>.<host>.<pid>.0. Throws Error when that cannot be written.
    explicit EventFile(RunFiles& files);

    void add(std::int64_t step, std::span<const NamedScalar> scalars);

    const std::filesystem::path& path() const { return path_; }

  private:
    void write_record(const std::string& event);

    std::filesystem::path path_;
    std::ofstream file_;
};

}  // namespace yolo::plots
