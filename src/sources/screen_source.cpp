// SPDX-License-Identifier: Apache-2.0
#include "sources/screen_source.hpp"

#include <sstream>

#include <fmt/core.h>

#include <yolo/error.hpp>

#include "core/plugin.hpp"
#include "sources/screen_plugin.hpp"

namespace yolo::sources {

namespace {

ScreenArea parse_area(const std::string& text) {
    std::istringstream words(text);
    std::string word;
    words >> word;
    std::vector<int> numbers;
    for (int number = 0; words >> number;) numbers.push_back(number);
    ScreenArea area;
    const bool good = words.eof() && (numbers.size() <= 1 || numbers.size() == 4 || numbers.size() == 5);
    if (!good) {
        throw UsageError(
            fmt::format("source='{}' is not understood: write screen, screen N, or screen N LEFT TOP WIDTH "
                        "HEIGHT in pixels",
                        text));
    }
    if (numbers.size() % 2 == 1) {
        area.screen = numbers.front();
        numbers.erase(numbers.begin());
    }
    if (numbers.size() == 4) {
        area.left = numbers[0];
        area.top = numbers[1];
        area.width = numbers[2];
        area.height = numbers[3];
    }
    return area;
}

class ScreenSource final : public Source {
  public:
    explicit ScreenSource(const std::string& text) : area_(parse_area(text)) {
        static const auto open =
            reinterpret_cast<OpenScreen*>(plugin_symbol(screen_library, open_screen_name, "source=screen"));
        std::string reason;
        reader_.reset(open(area_, reason));
        if (!reader_) throw Error(fmt::format("source='{}' is not available: {}", text, reason));
    }

    std::vector<Frame> next() override {
        if (!reader_->grab()) return {};
        Frame frame;
        frame.image = reader_->retrieve();
        frame.kind = SourceKind::stream;
        frame.path = fmt::format("screen {}", area_.screen);
        frame.stem = fmt::format("screen_{}", area_.screen);
        frame.label = fmt::format("screen {} (LTWH): {},{},{},{}: ", area_.screen, area_.left, area_.top,
                                  area_.width, area_.height);
        frame.frame_number = ++frames_;
        frame.fps = reader_->info().fps;
        frame.received = std::chrono::steady_clock::now();
        frame.seconds = clock_seconds(frame.received);
        std::vector<Frame> batch;
        batch.push_back(std::move(frame));
        return batch;
    }

    bool live() const override { return true; }

  private:
    ScreenArea area_;
    std::unique_ptr<VideoReader> reader_;
    int frames_ = 0;
};

}  // namespace

bool is_screen(const std::string& text) {
    return text == "screen" || text.starts_with("screen ");
}

std::unique_ptr<Source> screen_source(const std::string& text) {
    return std::make_unique<ScreenSource>(text);
}

}  // namespace yolo::sources
