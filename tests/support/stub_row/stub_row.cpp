// SPDX-License-Identifier: Apache-2.0
/// \file A row's program with engines that misbehave beside the real one: what `yolo benchmark` must survive.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include <unistd.h>

#include "modes/benchmarking/row_job.hpp"

namespace {

using namespace yolo;

/// What a runtime does when it is asked for its first picture.
using Deed = void (*)();

class BadEngine : public engines::Engine {
  public:
    explicit BadEngine(Deed deed) : deed_(deed) {}
    std::vector<Tensor> run(const engines::Batch&) override {
        deed_();
        return {};
    }
    engines::EngineTraits traits() const override { return {}; }
    engines::EngineReport report(int, int) override { return {{"engine", "bad"}}; }

  private:
    Deed deed_;
};

void crash() {
    std::fputs("the runtime does not like this graph\n", stderr);
    std::signal(SIGSEGV, SIG_DFL);
    std::raise(SIGSEGV);
}

void hang() {
    if (::fork() == 0) std::this_thread::sleep_for(std::chrono::hours(1));  // a child of its own
    std::this_thread::sleep_for(std::chrono::hours(1));
}

void eat() {
    constexpr std::size_t piece = 16 << 20;
    for (;;) {
        void* memory = std::malloc(piece);
        if (memory != nullptr) std::memset(memory, 1, piece);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

void vanish() {
    ::_exit(0);
}

template <Deed deed>
engines::Engine* make(engines::ModelSource, const engines::EngineOptions&) {
    return new BadEngine(deed);
}

engines::EngineTable engines_with_bad_ones() {
    engines::EngineTable table;
    for (const engines::EngineEntry& entry : engines::engine_table())
        if (entry.name == "cpu") table.push_back(entry);
    const std::pair<const char*, engines::MakeEngine*> bad[] = {
        {"crash", make<crash>}, {"hang", make<hang>}, {"eat", make<eat>}, {"vanish", make<vanish>}};
    for (const auto& [name, make_bad] : bad)
        table.push_back(
            {.name = name, .purpose = "a bad engine", .takes = {"network"}, .built_in = make_bad});
    return table;
}

}  // namespace

int main() {
    std::_Exit(modes::serve_row(engines_with_bad_ones()));
}
