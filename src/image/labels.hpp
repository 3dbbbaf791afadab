// SPDX-License-Identifier: Apache-2.0
/// \file The labels of one picture, placed so that none covers another one while there is room.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "image/draw.hpp"

namespace yolo::image {

/// Rectangles of a picture, by the rows of pixels that they lie in.
class TakenPlaces {
  public:
    /// `height` is about that of the rectangles to come.
    TakenPlaces(Size picture, int height);
    /// Pixels of `place` that are taken, each as often as it is.
    std::int64_t overlap(const cv::Rect& place) const;
    void take(const cv::Rect& place);

  private:
    template <class Visit>
    void visit_bands(const cv::Rect& place, const Visit& visit) const;

    int height_;
    std::vector<std::vector<cv::Rect>> bands_;
};

/// Where the labels of one stream's tracks stood in its last picture, so that they do not jump about while
/// objects move.
struct LabelMemory {
    struct Kept {
        bool below = false;  ///< at the object's lower side
        cv::Point way = {};  ///< else, from the usual place
        int usual_free = 0;  ///< pictures for which that has been free again
        int picture = 0;     ///< the last one
    };
    int picture = 0;
    std::map<int, Kept> kept = {};  ///< by number: those that have moved
};

/// Collects labels and draws them at last, over everything else.
class Labels {
  public:
    /// `memory` is the stream's, or null; it must outlive the labels.
    Labels(Size picture, const Lettering& lettering, LabelMemory* memory = nullptr);

    Size picture() const { return picture_; }
    SetText set(const std::string& text) const { return set_text(text, lettering_, picture_.width); }

    /// One that stays where it is put; `corner` is its top left one.
    void put(SetText text, cv::Point corner, const Color& color);
    /// One of an object, whose pixels are `object`: on the anchor (label_anchor()) when no label is there,
    /// else below the object, else inside at its upper side, else at the nearest free place; of these the
    /// first that hides nobody's head, if there is one. Those that were added before choose before. With a
    /// memory, a label that has moved stays there, while nothing is in its way, until its usual place has
    /// been free for a while; `track_id` is the object's, or -1.
    void add(const cv::Rect& object, cv::Point anchor, const std::string& text, const Color& color,
             int track_id = -1);
    /// How much of a place is taken by labels, in pixels.
    std::int64_t covered(const cv::Rect& place) const { return taken_.overlap(place); }

    void draw(cv::Mat& picture);

  private:
    struct Placed {
        SetText text;
        cv::Point corner;
        Color color;
    };
    struct Asked {
        cv::Rect object;
        cv::Point anchor;
        SetText text;
        Color color;
        int track_id;
    };

    void place_all();
    cv::Rect place_of(const Asked& label);
    bool is_free(const cv::Rect& place) const;
    cv::Rect free_place(const Asked& label, const cv::Rect& usual) const;

    Size picture_;
    Lettering lettering_;
    LabelMemory* memory_;
    TakenPlaces taken_, heads_;
    std::vector<Asked> asked_;
    std::vector<Placed> placed_;
    std::vector<Placed> crowded_out_;  ///< for which there was no room: drawn below the others
};

}  // namespace yolo::image
