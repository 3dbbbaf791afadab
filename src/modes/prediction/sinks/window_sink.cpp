// SPDX-License-Identifier: Apache-2.0
#include "modes/prediction/sinks/sink.hpp"
#include "sources/window.hpp"

namespace yolo::modes {

namespace {

constexpr int picture_wait_ms = 300;
constexpr int frame_wait_ms = 1;

/// A window for each source; `q` ends the run.
class WindowSink : public Sink {
  public:
    void write(const Output& output) override {
        const sources::Frame& frame = output.prediction.frame;
        const bool still =
            frame.kind == sources::SourceKind::image || frame.kind == sources::SourceKind::memory;
        const int key = sources::show(frame.path, output.drawn(), still ? picture_wait_ms : frame_wait_ms);
        stopped_ = stopped_ || key == 'q';
    }

    bool stopped() const override { return stopped_; }

  private:
    bool stopped_ = false;
};

}  // namespace

std::unique_ptr<Sink> window_sink(const LogSink& log) {
    if (!sources::display_available()) {
        log(LogLevel::warning,
            "show=True has no effect here: there is no display (serve=8080 shows it as a web page)");
        return nullptr;
    }
    return std::make_unique<WindowSink>();
}

}  // namespace yolo::modes
