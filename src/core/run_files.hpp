// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <yolo/log.hpp>

namespace yolo {

/// The files that runs write into a folder, told apart from everybody else's. What a run writes is listed in
/// FOLDER/.yolo_files, with size and time of change once the run has ended. A file that is not listed there,
/// that was changed since, that is a link, or that lies behind a link is foreign: it is never written to,
/// replaced or removed. Names are relative to the folder. Safe from several threads.
class RunFiles {
  public:
    /// `fresh`: the folder was made for this run, and goes again when nothing is written into it. `resumed`:
    /// it is of the run that goes on; each plain file in it counts as of that run.
    enum class Kind { found, fresh, resumed };

    /// Reads what earlier runs left. Makes nothing; `log` takes warnings.
    explicit RunFiles(std::filesystem::path folder, Kind kind = Kind::found, LogSink log = {});
    RunFiles(const RunFiles&) = delete;
    RunFiles& operator=(const RunFiles&) = delete;
    /// Ends as finish() does; errors are lost.
    ~RunFiles();

    const std::filesystem::path& folder() const { return folder_; }

    /// Something of that name is there, and it is no file of a run.
    bool is_foreign(const std::filesystem::path& name) const;
    /// Throws Error when a file of that name is there and foreign.
    void refuse_foreign(const std::filesystem::path& name) const;
    /// The same for a folder in the folder that a run fills (`labels`): it may be absent, empty, or hold at
    /// least one file of an earlier run.
    void refuse_foreign_folder(const std::filesystem::path& name) const;

    /// The path to write a file of the run to; its folder is made. Throws Error as refuse_foreign() does.
    std::filesystem::path claim(const std::filesystem::path& name);
    /// The same for a figure: where a foreign file is in the way, the next free name beside it (and a
    /// warning).
    std::filesystem::path claim_beside(const std::filesystem::path& name);

    /// The same under a name that nothing has yet (NAME-2 ...), also not a file of an earlier run.
    std::filesystem::path claim_new(const std::filesystem::path& name);

    /// Removes the file when it is of a run.
    void remove_own(const std::filesystem::path& name);
    /// Removes those files of earlier runs whose names `chosen` picks.
    void remove_own(const std::function<bool(std::string_view)>& chosen);

    /// Removes what killed runs were writing into a folder in the folder: unfinished files of names of
    /// theirs.
    void remove_unfinished(const std::filesystem::path& name);

    /// Notes size and time of what was written. Throws Error.
    void finish();

  private:
    /// What a file looked like when its run ended; nothing while a run is at work, or when it was killed.
    struct Stamp {
        std::uintmax_t bytes = 0;
        std::int64_t changed = 0;
        bool operator==(const Stamp&) const = default;
    };
    using List = std::map<std::string, std::optional<Stamp>>;

    static std::optional<Stamp> stamp_of(const std::filesystem::path& file);
    List read_list() const;
    bool is_foreign_unlocked(const std::filesystem::path& name) const;
    std::filesystem::path list(const std::filesystem::path& name);

    const std::filesystem::path folder_;
    const Kind kind_;
    const LogSink log_;
    mutable std::mutex mutex_;
    List known_;                     ///< of earlier runs, and of this one without stamp
    std::set<std::string> written_;  ///< by this run
};

}  // namespace yolo
