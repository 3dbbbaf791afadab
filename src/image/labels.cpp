// SPDX-License-Identifier: Apache-2.0
#include "image/labels.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace yolo::image {

namespace {

constexpr int reach_in_heights = 4;  // a label further away would not be taken for its object's
constexpr int steps_aside = 4;       // of a quarter of a label, to each side
constexpr int patience = 12;         // pictures for which a usual place must be free before a label returns
constexpr int head_share = 4;        // the upper part of an object that tells who it is: one in so many
constexpr std::size_t crowd = 100;   // objects from which on heads are hidden whatever is done
constexpr std::size_t full = 20;     // labels that found no place, after which no other one looks for any

/// Where a label may go when its first places are taken, from its usual one, the nearest first.
std::vector<cv::Point> ways_out(cv::Size size) {
    std::vector<cv::Point> ways;
    for (int down = -reach_in_heights; down <= reach_in_heights; ++down) {
        for (int aside = -steps_aside; aside <= steps_aside; ++aside)
            ways.emplace_back(aside * size.width / 4, down * size.height);
    }
    std::ranges::stable_sort(ways, {},
                             [](const cv::Point& way) { return std::abs(way.x) + std::abs(way.y); });
    return ways;
}

}  // namespace

TakenPlaces::TakenPlaces(Size picture, int height)
    : height_(std::max(height, 1)),
      bands_(static_cast<std::size_t>(std::max(picture.height, 1) / height_ + 1)) {}

template <class Visit>
void TakenPlaces::visit_bands(const cv::Rect& place, const Visit& visit) const {
    const int last = static_cast<int>(bands_.size()) - 1;
    const int from = std::clamp(place.y / height_, 0, last);
    const int to = std::clamp((place.br().y - 1) / height_, 0, last);
    for (int band = from; band <= to; ++band) visit(static_cast<std::size_t>(band));
}

std::int64_t TakenPlaces::overlap(const cv::Rect& place) const {
    std::int64_t pixels = 0;
    visit_bands(place, [&](std::size_t band) {
        const cv::Rect rows(place.x, static_cast<int>(band) * height_, place.width, height_);
        for (const cv::Rect& other : bands_[band]) pixels += (other & place & rows).area();
    });
    return pixels;
}

void TakenPlaces::take(const cv::Rect& place) {
    visit_bands(place, [&](std::size_t band) { bands_[band].push_back(place); });
}

Labels::Labels(Size picture, const Lettering& lettering, LabelMemory* memory)
    : picture_(picture),
      lettering_(lettering),
      memory_(memory),
      taken_(picture, lettering.font_pixels),
      heads_(picture, lettering.font_pixels) {}

void Labels::put(SetText text, cv::Point corner, const Color& color) {
    taken_.take({corner, text.size});
    placed_.push_back({std::move(text), corner, color});
}

void Labels::add(const cv::Rect& object, cv::Point anchor, const std::string& text, const Color& color,
                 int track_id) {
    asked_.push_back({object, anchor, set(text), color, track_id});
}

void Labels::place_all() {
    for (std::size_t i = 0; asked_.size() <= crowd && i < asked_.size(); ++i) {
        const cv::Rect& object = asked_[i].object;
        heads_.take({object.x, object.y, object.width, object.height / head_share});
    }
    if (memory_ != nullptr) ++memory_->picture;
    for (Asked& label : asked_) {
        const cv::Rect place = place_of(label);
        const bool crowded = taken_.overlap(place) > 0;
        if (!crowded) taken_.take(place);
        (crowded ? crowded_out_ : placed_).push_back({std::move(label.text), place.tl(), label.color});
    }
    asked_.clear();
    if (memory_ != nullptr)
        std::erase_if(memory_->kept,
                      [this](const auto& one) { return one.second.picture != memory_->picture; });
}

bool Labels::is_free(const cv::Rect& place) const {
    return (place & cv::Rect(0, 0, picture_.width, picture_.height)) == place && taken_.overlap(place) == 0;
}

cv::Rect Labels::place_of(const Asked& label) {
    const cv::Rect usual = label_place({picture_.width, picture_.height}, label.anchor, label.text.size);
    if (memory_ == nullptr || label.track_id < 0) return free_place(label, usual);
    if (const auto kept = memory_->kept.find(label.track_id); kept != memory_->kept.end()) {
        LabelMemory::Kept& last = kept->second;
        const cv::Point corner = last.below ? cv::Point(usual.x, label.object.br().y) : usual.tl() + last.way;
        last.usual_free = is_free(usual) ? last.usual_free + 1 : 0;
        if (last.usual_free <= patience && is_free({corner, usual.size()})) {
            last.picture = memory_->picture;
            return {corner, usual.size()};
        }
    }
    const cv::Rect place = free_place(label, usual);
    if (place != usual)
        memory_->kept[label.track_id] = {.below = place.tl() == cv::Point(usual.x, label.object.br().y),
                                         .way = place.tl() - usual.tl(),
                                         .picture = memory_->picture};
    return place;
}

cv::Rect Labels::free_place(const Asked& label, const cv::Rect& usual) const {
    const cv::Rect whole(0, 0, picture_.width, picture_.height);
    const cv::Size size = label.text.size;
    std::pair least(taken_.overlap(usual), std::int64_t{0});  // pixels of labels, then of heads
    if (least.first == 0 || crowded_out_.size() >= full) return usual;
    cv::Rect best = usual;
    const auto try_place = [&](cv::Point corner) {
        const cv::Rect place(corner, size);
        if ((place & whole) != place) return false;
        const std::int64_t labels = taken_.overlap(place);
        if (labels > least.first) return false;
        const std::pair hidden(labels, heads_.overlap(place));
        if (hidden < least) {
            least = hidden;
            best = place;
        }
        return least == std::pair<std::int64_t, std::int64_t>();
    };
    if (try_place({usual.x, label.object.br().y}) || try_place({usual.x, label.object.y})) return best;
    for (const cv::Point& way : ways_out(size)) {
        if (try_place(usual.tl() + way)) break;
    }
    return best;
}

void Labels::draw(cv::Mat& picture) {
    place_all();
    for (const std::vector<Placed>* labels : {&crowded_out_, &placed_}) {
        for (const Placed& label : *labels) draw_text(picture, label.text, label.corner, label.color);
    }
}

}  // namespace yolo::image
