// SPDX-License-Identifier: Apache-2.0
/// \file The public Tracker.
#include <yolo/error.hpp>
#include <yolo/tracker.hpp>

#include "core/files.hpp"
#include "core/rim.hpp"
#include "track/registry.hpp"
#include "track/tracker_file.hpp"

namespace yolo {

namespace {

using track::Method;
using track::MethodRow;
using track::Settings;

Json to_json(const Value& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
    if (const auto* number = std::get_if<double>(&value)) return *number;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* list = std::get_if<ValueList>(&value)) {
        Json items = Json::array();
        for (const Value& item : *list) items.push_back(to_json(item));
        return items;
    }
    return nullptr;
}

track::TrackerFile read(const TrackerOptions& options) {
    const MethodRow* row = nullptr;
    if (options.file.empty()) row = &track::find_method(options.type, "TrackerOptions::type");
    track::TrackerFile file = row != nullptr ? track::TrackerFile{row, Settings(row->keys)}
                                             : track::read_tracker_file(expand_home(options.file));
    for (const auto& [key, value] : options.settings)
        file.settings.set(key, to_json(value), "TrackerOptions::settings");
    return file;
}

void add_row(Tracks& tracks, const track::Track& track, const track::TrackForm& form) {
    const image::Box4 corners = corners_of(track, form.measured);
    if (form.rotated) {
        const auto [x, y, width, height, angle] = track::rotated_form(corners, track.angle);
        tracks.obb.push_back({x, y, width, height, angle, track.score, track.class_id, track.id});
    } else {
        tracks.boxes.push_back(
            {corners[0], corners[1], corners[2], corners[3], track.score, track.class_id, track.id});
    }
    tracks.indices.push_back(track.index);
}

}  // namespace

class Tracker::Impl {
  public:
    explicit Impl(const TrackerOptions& options) : file_(read(options)) { reset(); }

    Tracks update(const Detections& detections, const ImageView& pixels) {
        track::Frame frame = track::make_frame(detections, needs_features());
        frame.pixels = pixels;
        keep_form(frame);
        Tracks tracks;
        const track::TrackForm form{method_->measured(), frame.rotated};
        for (const track::Track* track : method_->update(frame)) add_row(tracks, *track, form);
        tracks.unconfirmed = tracks.indices.empty() && method_->has_unconfirmed();
        return tracks;
    }

    void reset() {
        method_ = file_.method->make(file_.settings);
        rotated_.reset();
    }

    std::string_view type() const { return file_.method->name; }
    const Settings& settings() const { return file_.settings; }
    bool needs_frame() const {
        return settings().has("gmc_method") && settings().text("gmc_method") != "none";
    }
    bool needs_features() const { return settings().has("with_reid") && settings().flag("with_reid"); }

  private:
    /// A frame without detections is of the form that the others have.
    void keep_form(track::Frame& frame) {
        const bool empty = frame.detections.empty() && frame.recovered.empty();
        if (empty) {
            frame.rotated = rotated_.value_or(false);
            return;
        }
        if (rotated_.value_or(frame.rotated) != frame.rotated) {
            throw UsageError(
                "this tracker follows boxes of the other kind (upright or rotated): call reset() first");
        }
        rotated_ = frame.rotated;
    }

    track::TrackerFile file_;
    std::unique_ptr<Method> method_;
    std::optional<bool> rotated_;  // once it is known
};

Tracker::Tracker(const TrackerOptions& options) try : impl_(std::make_unique<Impl>(options)) {
} catch (...) {
    rethrow_as_error();
}

Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;
Tracker::~Tracker() = default;

Tracks Tracker::update(const Detections& detections, const ImageView& frame) try {
    return impl_->update(detections, frame);
} catch (...) {
    rethrow_as_error();
}

void Tracker::reset() {
    impl_->reset();
}

std::string_view Tracker::type() const {
    return impl_->type();
}

std::optional<std::string> Tracker::setting(std::string_view key) const {
    if (!impl_->settings().has(key)) return std::nullopt;
    return impl_->settings().as_text(key);
}

bool Tracker::needs_frame() const {
    return impl_->needs_frame();
}

bool Tracker::needs_features() const {
    return impl_->needs_features();
}

std::vector<std::string_view> tracker_types() {
    std::vector<std::string_view> names;
    for (const MethodRow& row : track::method_table()) names.push_back(row.name);
    return names;
}

}  // namespace yolo
