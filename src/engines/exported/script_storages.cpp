// SPDX-License-Identifier: Apache-2.0
// Opcodes of protocol 2: Lib/pickletools.py of Python; archives: torch/csrc/jit/docs/serialization.md (BSD).
#include "engines/exported/script_storages.hpp"

#include <yolo/error.hpp>

namespace yolo::engines {

namespace {

class Walk {
  public:
    explicit Walk(std::string_view pickle) : rest_(pickle) {}

    std::map<std::string, std::uint64_t, std::less<>> run() {
        while (!rest_.empty() && rest_.front() != '.') step(take(1).front());
        return std::move(elements_);
    }

  private:
    std::string_view take(std::uint64_t count) {
        if (count > rest_.size()) throw Error("its list of tensors is cut off");
        const std::string_view part = rest_.substr(0, static_cast<std::size_t>(count));
        rest_.remove_prefix(static_cast<std::size_t>(count));
        return part;
    }
    std::uint64_t number(std::uint64_t bytes) {
        std::uint64_t value = 0;
        unsigned shift = 0;
        for (const char c : take(bytes)) {
            if (shift < 64) value |= static_cast<std::uint64_t>(static_cast<unsigned char>(c)) << shift;
            shift += 8;
        }
        return value;
    }
    std::string_view line() {
        const std::string_view text =
            take(rest_.find('\n') == std::string_view::npos ? rest_.size() + 1 : rest_.find('\n') + 1);
        return text.substr(0, text.size() - 1);
    }

    /// What such a storage is called, where the value on top is one; a later mention is by its place in the
    /// memo.
    void see(std::string_view name) {
        top_ = name.ends_with("Storage") ? name : std::string_view();
        if (!top_.empty()) storage_ = top_;
    }

    void step(char code) {
        switch (code) {
            case 'c':
                line();
                see(line());
                return;
            case 'q':
            case 'r':
                memo_[number(code == 'q' ? 1 : 4)] = top_;
                return;
            case 'h':
            case 'j':
                see(memo_[number(code == 'h' ? 1 : 4)]);
                return;
            case 'K':
            case 'M':
            case 'J':
                count_ = number(code == 'K' ? 1 : code == 'M' ? 2 : 4);
                break;
            case '\x8a':
                count_ = number(number(1));
                break;
            case 'X':
            case 'T':
                take(number(4));
                break;
            case 'U':
                take(number(1));
                break;
            case 'G':
                take(8);
                break;
            case '\x80':
                take(1);
                break;
            case 'Q':  // a storage: its type, name, device and, last, its elements
                elements_[std::string(storage_)] += count_;
                break;
            default:
                if (std::string_view("(t)}]usaebRNl0\x81\x85\x86\x87\x88\x89").find(code) ==
                    std::string_view::npos)
                    throw Error("its list of tensors has an opcode that TorchScript does not write");
        }
        top_ = {};
    }

    std::string_view rest_, top_, storage_;
    std::uint64_t count_ = 0;
    std::map<std::uint64_t, std::string_view> memo_;
    std::map<std::string, std::uint64_t, std::less<>> elements_;
};

}  // namespace

std::map<std::string, std::uint64_t, std::less<>> script_storages(std::string_view pickle) {
    return Walk(pickle).run();
}

}  // namespace yolo::engines
