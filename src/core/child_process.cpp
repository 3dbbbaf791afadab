// SPDX-License-Identifier: Apache-2.0
#include "core/child_process.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgot that it may be included from C++
}

#include <yolo/error.hpp>

#include "core/plugin.hpp"
#include "core/trimmed.hpp"

namespace yolo {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

[[noreturn]] void refuse(const char* what) {
    throw Error(fmt::format("{} failed: {}", what, std::strerror(errno)));
}

/// A file descriptor that is closed.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

  private:
    int number_;
};

/// A file in memory that two processes share: neither waits for the other.
class SharedFile {
  public:
    explicit SharedFile(const char* name) : file_(::memfd_create(name, MFD_CLOEXEC)) {
        if (file_.number() < 0) refuse("a file in memory");
    }
    int number() const { return file_.number(); }

    void write(std::string_view text) {
        for (std::size_t at = 0; at < text.size();) {
            const ssize_t count = ::write(number(), text.data() + at, text.size() - at);
            if (count < 0 && errno != EINTR) refuse("writing to a child");
            at += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
        }
        ::lseek(number(), 0, SEEK_SET);
    }

    std::int64_t size() const {
        struct stat status = {};
        return ::fstat(number(), &status) == 0 ? status.st_size : 0;
    }

    /// The last `most` bytes.
    std::string text(std::int64_t most) const {
        const std::int64_t count = std::min(size(), most), start = size() - count;
        std::string text(static_cast<std::size_t>(count), '\0');
        const ssize_t got = ::pread(number(), text.data(), text.size(), start);
        text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        return text;
    }

  private:
    Descriptor file_;
};

std::string last_line(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = text.find_last_not_of("\r\n \t");
        if (end == std::string_view::npos) break;
        text = text.substr(0, end + 1);
        const std::size_t start = text.find_last_of("\r\n");
        return std::string(trimmed(start == std::string_view::npos ? text : text.substr(start + 1)));
    }
    return {};
}

/// Resident bytes of a process; 0 once it has ended.
std::int64_t resident_memory_of(pid_t process) {
    std::ifstream file(fmt::format("/proc/{}/statm", process));
    std::int64_t all = 0, resident = 0;
    file >> all >> resident;
    return resident * ::sysconf(_SC_PAGESIZE);
}

/// The actions and attributes of posix_spawn, freed at the end.
struct Spawn {
    posix_spawn_file_actions_t actions = {};
    posix_spawnattr_t attributes = {};
    Spawn() {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawnattr_init(&attributes);
    }
    Spawn(const Spawn&) = delete;
    Spawn& operator=(const Spawn&) = delete;
    ~Spawn() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }
};

/// A process group of its own, so that Ctrl-C reaches the parent alone; signals as a new program has them.
pid_t start(const fs::path& program, const SharedFile& input, const SharedFile& output,
            const SharedFile& result) {
    Spawn spawn;
    ::posix_spawn_file_actions_adddup2(&spawn.actions, input.number(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&spawn.actions, output.number(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&spawn.actions, output.number(), STDERR_FILENO);
    ::posix_spawn_file_actions_adddup2(&spawn.actions, result.number(), child_result);
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&spawn.attributes, &none);
    ::posix_spawnattr_setsigdefault(&spawn.attributes, &all);
    ::posix_spawnattr_setpgroup(&spawn.attributes, 0);
    ::posix_spawnattr_setflags(&spawn.attributes,
                               POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::string name = program.string();
    char* const arguments[] = {name.data(), nullptr};
    pid_t process = 0;
    errno = ::posix_spawn(&process, name.c_str(), &spawn.actions, &spawn.attributes, arguments, environ);
    if (errno != 0) refuse(fmt::format("starting '{}'", name).c_str());
    return process;
}

/// A child, which does not outlive this.
class Child {
  public:
    explicit Child(pid_t process) : process_(process), ended_(::pidfd_open(process, 0)) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (!gone_) (void)end();
    }
    pid_t process() const { return process_; }

    /// Whether it ends within that time.
    bool ends_within(std::chrono::milliseconds time) const {
        pollfd wanted = {.fd = ended_.number(), .events = POLLIN, .revents = 0};
        return ::poll(&wanted, 1, static_cast<int>(time.count())) > 0;
    }

    /// Ends what is left of its group and of it. Returns its status as waitpid() has it.
    int end() {
        ::kill(-process_, SIGKILL);
        int status = 0;
        while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
        }
        gone_ = true;
        return status;
    }

  private:
    pid_t process_;
    Descriptor ended_;
    bool gone_ = false;
};

}  // namespace

std::string ChildEnd::problem(const ChildLimits& limits) const {
    switch (how) {
        case How::exited:
            return code == 0 ? std::string() : fmt::format("ended with exit code {}", code);
        case How::signalled: {
            const char* name = ::sigabbrev_np(code);
            const char* words = ::sigdescr_np(code);
            return fmt::format("was ended by SIG{} ({})", name == nullptr ? std::to_string(code) : name,
                               words == nullptr ? "unknown signal" : words);
        }
        case How::too_slow:
            return fmt::format("took longer than {} s", limits.seconds);
        case How::too_large:
            return fmt::format("used more than {:.2f} GiB of memory",
                               static_cast<double>(limits.memory_bytes) / (1 << 30));
        case How::cancelled:
            return "was cancelled";
    }
    return {};
}

ChildEnd run_child(const fs::path& program, std::string_view input_text, const ChildLimits& limits) {
    using How = ChildEnd::How;
    constexpr std::chrono::milliseconds patience(20);
    constexpr std::int64_t longest_words = 1 << 16, longest_result = 1 << 26;
    SharedFile input("input"), output("output"), result("result");
    input.write(input_text);
    const auto begin = Clock::now();
    Child child(start(program, input, output, result));
    ChildEnd end;
    const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
    std::optional<How> stopped;
    while (!child.ends_within(patience)) {
        const std::int64_t used = resident_memory_of(child.process()) + output.size() + result.size();
        end.peak = std::max(end.peak, used);
        if (limits.memory_bytes > 0 && used > limits.memory_bytes) stopped = How::too_large;
        if (seconds() > limits.seconds) stopped = How::too_slow;
        if (limits.cancelled && limits.cancelled()) stopped = How::cancelled;
        if (stopped) break;
    }
    // An end by itself is read before what is left of the group is ended.
    siginfo_t own_end = {};
    if (!stopped) ::waitid(P_PID, static_cast<id_t>(child.process()), &own_end, WEXITED | WNOWAIT);
    (void)child.end();
    end.seconds = seconds();
    end.how = stopped ? *stopped : own_end.si_code == CLD_EXITED ? How::exited : How::signalled;
    end.code = stopped ? 0 : own_end.si_status;
    end.result = result.text(longest_result);
    end.last_words = last_line(output.text(longest_words));
    return end;
}

void end_with_parent() {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() == 1) ::_exit(1);  // it has ended already
}

fs::path helper_program(const std::string& name) {
    const fs::path folder = library_folder();
    for (const fs::path& place : {folder / name, folder / "lib" / name}) {
        std::error_code absent;
        if (fs::exists(place, absent)) return place;
    }
    throw Error(fmt::format(
        "the program {}, which belongs to this library, is not in '{}': install the whole package", name,
        folder.string()));
}

}  // namespace yolo
