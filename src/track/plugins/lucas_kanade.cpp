// SPDX-License-Identifier: Apache-2.0
#include "track/plugins/lucas_kanade.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>

#include <opencv2/imgproc.hpp>

#include "core/simd.hpp"

namespace yolo::track {

namespace {

constexpr int window = 21, halvings = 3, most_steps = 30;
constexpr float half_window = (window - 1) / 2.0f;
constexpr float smallest_step = 0.01f, smallest_coarse_step = 0.05f;  ///< coarse: the next level goes on

/// Of the gradients' covariance, in grey levels squared per pixel: OpenCV's 1e-4 in its units.
constexpr float least_eigenvalue = 0.1024f;

/// A row of the window in whole vectors. Those behind its last column do not count.
constexpr int lanes = 32, patch_rows = window + 2;

/// What may be read outside of a picture: a window that has just left it, and the rest of the last vector.
constexpr int rows_around = window + 4, columns_around = window + lanes + 4;

// Fixed-point numbers of 16 bits: twice as many in a vector as floats. Grey levels have 7 bits behind the
// point (0 ... 32640), differences of them 4, gradients 3: so the sum of 441 products of the two stays below
// 2^31.
constexpr int level_bits = 7, difference_bits = 4, gradient_bits = 3;

using Row = std::int16_t[lanes];
using PatchRow = std::int16_t[lanes + 2];  ///< with the neighbours that gradients need

/// A window of the frame before: pixels and gradients.
struct Window {
    Row levels[window];
    Row dx[window];
    Row dy[window];
};

/// a b / 2^15, rounded: one instruction from SSSE3 on.
YOLO_INLINE std::int16_t scaled(std::int16_t a, std::int16_t b) {
    return static_cast<std::int16_t>((((static_cast<int>(a) * static_cast<int>(b)) >> 14) + 1) >> 1);
}

YOLO_INLINE std::int16_t between(std::int16_t a, std::int16_t b, std::int16_t share) {
    return static_cast<std::int16_t>(a + scaled(static_cast<std::int16_t>(b - a), share));
}

/// Grey levels of `count` rows to the right of the place `from`, by `x` of 2^15.
YOLO_INLINE void read_rows(const std::uint8_t* from, std::size_t stride, std::int16_t x, int count,
                           Row* levels) {
    for (int row = 0; row < count; ++row, from += stride) {
        for (int i = 0; i < lanes; ++i) {
            const auto left = static_cast<std::int16_t>(from[i] << level_bits);
            const auto right = static_cast<std::int16_t>(from[i + 1] << level_bits);
            levels[row][i] = between(left, right, x);
        }
    }
}

/// Pixels between pixels, to the right of and below the place `from`.
YOLO_MULTIVERSION void read_patch(const std::uint8_t* from, std::size_t stride, std::int16_t x,
                                  std::int16_t y, PatchRow* patch) {
    Row rows[patch_rows + 1];
    read_rows(from, stride, x, patch_rows + 1, rows);
    for (int row = 0; row < patch_rows; ++row) {
        for (int i = 0; i < lanes; ++i) patch[row][i] = between(rows[row][i], rows[row + 1][i], y);
        for (int i = lanes; i < lanes + 2; ++i) patch[row][i] = 0;  // do not count
    }
}

/// The same where the place is a pixel.
YOLO_MULTIVERSION void copy_patch(const std::uint8_t* from, std::size_t stride, PatchRow* patch) {
    for (int row = 0; row < patch_rows; ++row, from += stride) {
        for (int i = 0; i < lanes; ++i) patch[row][i] = static_cast<std::int16_t>(from[i] << level_bits);
        for (int i = lanes; i < lanes + 2; ++i) patch[row][i] = 0;
    }
}

/// Of Scharr's gradients per pixel, from differences that are halved.
constexpr std::int16_t scharr(int weight) {
    return static_cast<std::int16_t>((weight << (16 + gradient_bits - level_bits)) / 32);
}

/// Scharr's gradients, 0 where `columns` or `rows` is. Its weights are arguments, since the compiler would
/// take multiplications by constants apart.
YOLO_MULTIVERSION void measure(const PatchRow* patch, const std::int16_t* columns, const std::int16_t* rows,
                               std::int16_t outer, std::int16_t inner, Window& part) {
    // Halved, so that the sum of two differences is one of 16 bits.
    const auto half = [](std::int16_t a, std::int16_t b) {
        return static_cast<std::int16_t>(static_cast<std::int16_t>(a - b) >> 1);
    };
    for (int row = 0; row < window; ++row) {
        const std::int16_t *above = patch[row], *here = patch[row + 1], *below = patch[row + 2];
        std::int16_t* __restrict levels = part.levels[row], * __restrict dx = part.dx[row];
        std::int16_t* __restrict dy = part.dy[row];
        const std::int16_t in = rows[row];
        for (int i = 0; i < lanes; ++i) {
            const auto across =
                static_cast<std::int16_t>(half(above[i + 2], above[i]) + half(below[i + 2], below[i]));
            const auto down =
                static_cast<std::int16_t>(half(below[i], above[i]) + half(below[i + 2], above[i + 2]));
            const auto x =
                static_cast<std::int16_t>(scaled(across, outer) + scaled(half(here[i + 2], here[i]), inner));
            const auto y = static_cast<std::int16_t>(scaled(down, outer) +
                                                     scaled(half(below[i + 1], above[i + 1]), inner));
            levels[i] = here[i + 1];
            dx[i] = static_cast<std::int16_t>(x & columns[i] & in);
            dy[i] = static_cast<std::int16_t>(y & columns[i] & in);
        }
    }
}

/// Sums of a window's products of gradients.
struct Covariance {
    std::int32_t xx = 0, xy = 0, yy = 0;
};
YOLO_MULTIVERSION Covariance covariance(const Window& part) {
    const std::int16_t *dx = part.dx[0], *dy = part.dy[0];
    Covariance sums;
    for (int i = 0; i < window * lanes; ++i) {
        sums.xx += dx[i] * dx[i];
        sums.xy += dx[i] * dy[i];
        sums.yy += dy[i] * dy[i];
    }
    return sums;
}

/// Sums of products of the gradients and of what the picture at that place has more than the window.
struct Slope {
    std::int32_t x = 0, y = 0;
};
YOLO_MULTIVERSION Slope compare(const Window& part, const std::uint8_t* from, std::size_t stride,
                                std::int16_t x, std::int16_t y) {
    constexpr int shift = level_bits - difference_bits;
    Row rows[window + 1];
    read_rows(from, stride, x, window + 1, rows);
    const std::int16_t *upper = rows[0], *lower = rows[1], *levels = part.levels[0];
    const std::int16_t *dx = part.dx[0], *dy = part.dy[0];
    Slope sums;
    for (int i = 0; i < window * lanes; ++i) {
        const auto more = static_cast<std::int16_t>(between(upper[i], lower[i], y) - levels[i]);
        const auto difference =
            static_cast<std::int16_t>(static_cast<std::int16_t>(more + (1 << (shift - 1))) >> shift);
        sums.x += difference * dx[i];
        sums.y += difference * dy[i];
    }
    return sums;
}

/// A place between pixels, as the pixel left above it and the rest in 2^15.
struct Place {
    static constexpr int nowhere = std::numeric_limits<int>::min();
    int column = nowhere, row = nowhere;
    std::int16_t x = 0, y = 0;

    explicit Place(cv::Point2f point) {
        constexpr float far = 1e6f;
        const bool is_number = std::abs(point.x) < far && std::abs(point.y) < far;
        if (!is_number) return;
        column = whole(point.x);
        row = whole(point.y);
        x = share(point.x - static_cast<float>(column));
        y = share(point.y - static_cast<float>(row));
    }

    /// Some of a window that begins here is in the picture.
    bool touches(const cv::Mat& picture) const {
        return column >= -window && row >= -window && column < picture.cols && row < picture.rows;
    }
    const std::uint8_t* in(const cv::Mat& picture) const {
        return picture.data + static_cast<std::ptrdiff_t>(picture.step[0]) * row + column;
    }

  private:
    /// std::floor() is slow without SSE4.
    static int whole(float x) {
        const int truncated = static_cast<int>(x);
        return truncated - static_cast<int>(x < static_cast<float>(truncated));
    }
    static std::int16_t share(float rest) {
        return static_cast<std::int16_t>(std::min(rest * 32768.0f, 32767.0f));
    }
};

/// All bits of those of a window's lanes from `begin` on that are in a picture of that length; mirrored
/// pixels do not move with the picture.
class InsideMarks {
  public:
    const std::int16_t* of(int begin, int length) {
        // Most windows are inside as a whole, like the one that was marked last.
        const int first = std::max(-begin, 0), end = std::min(length - begin, window);
        if (first != first_ || end != end_) {
            for (int i = 0; i < lanes; ++i)
                marks_[i] = static_cast<std::int16_t>(i >= first && i < end ? -1 : 0);
            first_ = first;
            end_ = end;
        }
        return marks_;
    }

  private:
    int first_ = 0, end_ = 0;
    Row marks_{};
};

/// Follows a window from one picture to another. A place is that of its upper left corner.
class WindowFollower {
  public:
    /// Takes the window there. False where there is nothing to hold on to.
    bool look_at(const cv::Mat& before, cv::Point2f corner) {
        const Place start(corner);
        if (!start.touches(before)) return false;
        PatchRow patch[patch_rows];
        const std::uint8_t* from = start.in(before)-before.step[0] - 1;
        if (start.x == 0 && start.y == 0) {
            copy_patch(from, before.step[0], patch);
        } else {
            read_patch(from, before.step[0], start.x, start.y, patch);
        }
        measure(patch, columns_.of(start.column, before.cols), rows_.of(start.row, before.rows), scharr(3),
                scharr(10), part_);
        constexpr float unit = 1.0f / (1 << (2 * gradient_bits));
        const Covariance sums = covariance(part_);
        const float xx = unit * static_cast<float>(sums.xx);
        const float xy = unit * static_cast<float>(sums.xy);
        const float yy = unit * static_cast<float>(sums.yy);
        const float eigenvalue = (xx + yy - std::sqrt((xx - yy) * (xx - yy) + 4 * xy * xy)) / 2;
        const float determinant = xx * yy - xy * xy;
        if (eigenvalue < least_eigenvalue * window * window || determinant <= 0) return false;
        constexpr float slope_unit = 1.0f / (1 << (difference_bits + gradient_bits));
        xx_ = slope_unit * yy / determinant;
        xy_ = -slope_unit * xy / determinant;
        yy_ = slope_unit * xx / determinant;
        return true;
    }

    /// Moves `next` to where it is most like the window. False when it leaves the picture.
    bool follow(const cv::Mat& now, float smallest, cv::Point2f& next) const {
        cv::Point2f last;
        for (int step = 0; step < most_steps; ++step) {
            const Place place(next);
            if (!place.touches(now)) return false;
            const cv::Point2f move = step_from(place, now);
            next += move;
            if (move.dot(move) <= smallest * smallest) break;
            if (step > 0 && std::abs(move.x + last.x) < smallest && std::abs(move.y + last.y) < smallest) {
                next -= move * 0.5f;  // it swings
                break;
            }
            last = move;
        }
        return true;
    }

  private:
    cv::Point2f step_from(const Place& place, const cv::Mat& now) const {
        const Slope slope = compare(part_, place.in(now), now.step[0], place.x, place.y);
        const auto x = static_cast<float>(slope.x), y = static_cast<float>(slope.y);
        return {-(xx_ * x + xy_ * y), -(xy_ * x + yy_ * y)};
    }

    Window part_{};
    InsideMarks columns_, rows_;
    float xx_ = 0, xy_ = 0, yy_ = 0;  ///< the inverse of the gradients' covariance, by units of a Slope
};

/// From this level on points share their way where they are as near as this, in pixels of the level: windows
/// of 21 pixels show them all.
constexpr int shared_level = 1;
constexpr float shared_cell = 6;

class PointFollower {
  public:
    PointFollower(const FlowPyramid& before, const FlowPyramid& now) : before_(before), now_(now) {}

    std::optional<cv::Point2f> follow(cv::Point2f point) {
        if (!finest_.look_at(before_.level(0), point - to_corner_)) return std::nullopt;
        cv::Point2f corner = guess(point, 0) - to_corner_;
        if (!finest_.follow(now_.level(0), smallest_step, corner)) return std::nullopt;
        return corner + to_corner_;
    }

  private:
    static cv::Point2f on_level(cv::Point2f point, int level) {
        return point / static_cast<float>(1 << level);
    }

    /// Where it may be, by what the coarser levels say.
    cv::Point2f guess(cv::Point2f point, int level) {
        const int coarser = level + 1;
        if (coarser >= before_.levels()) return on_level(point, level);
        return (on_level(point, coarser) + way(point, coarser)) * 2;
    }

    cv::Point2f way(cv::Point2f point, int level) {
        if (level < shared_level) return way_of_its_own(point, level);
        const cv::Point2f place = on_level(point, level) / shared_cell;
        const auto [shared, is_new] =
            ways_.try_emplace({level, static_cast<int>(place.x), static_cast<int>(place.y)});
        if (is_new) shared->second = way_of_its_own(point, level);
        return shared->second;
    }

    /// A level on which the point cannot be followed leaves the guess as it is.
    cv::Point2f way_of_its_own(cv::Point2f point, int level) {
        const cv::Point2f from = on_level(point, level) - to_corner_;
        cv::Point2f corner = guess(point, level) - to_corner_;
        if (coarse_.look_at(before_.level(level), from))
            coarse_.follow(now_.level(level), smallest_coarse_step, corner);
        return corner - from;
    }

    const cv::Point2f to_corner_{half_window, half_window};
    const FlowPyramid &before_, &now_;
    WindowFollower finest_, coarse_;
    std::map<std::array<int, 3>, cv::Point2f> ways_;  ///< by level and cell
};

/// A row of a picture of half the sides, around `middle`: five rows and five columns weighted 1 4 6 4 1, and
/// every second pixel of that (Burt and Adelson 1983), as in cv::pyrDown. `sums`: 2 width + 3 of them.
YOLO_MULTIVERSION void halve_row(const std::uint8_t* middle, std::size_t stride, int width,
                                 std::uint16_t* __restrict sums, std::uint8_t* __restrict out) {
    const std::uint8_t *above = middle - stride, *below = middle + stride;
    const std::uint8_t *top = above - stride, *bottom = below + stride;
    for (int x = -2; x <= 2 * width; ++x) {
        sums[x + 2] =
            static_cast<std::uint16_t>(top[x] + bottom[x] + 4 * (above[x] + below[x]) + 6 * middle[x]);
    }
    for (int x = 0; x < width; ++x) {
        const std::uint16_t* s = sums + 2 * x;
        out[x] = static_cast<std::uint8_t>(
            static_cast<std::uint16_t>(s[0] + s[4] + 4 * (s[1] + s[3]) + 6 * s[2] + 128) >> 8);
    }
}

/// The picture has a mirrored border in memory.
void halve(const cv::Mat& picture, cv::Mat& half) {
    std::vector<std::uint16_t> sums(2 * static_cast<std::size_t>(half.cols) + 3);
    for (int y = 0; y < half.rows; ++y)
        halve_row(picture.ptr(2 * y), picture.step[0], half.cols, sums.data(), half.ptr(y));
}

}  // namespace

void FlowPyramid::build(const cv::Mat& gray) {
    cv::Size size = gray.size();
    levels_.clear();
    padded_.resize(halvings + 1);
    for (int number = 0; number <= halvings; ++number) {
        if (number > 0 && (size.width <= window || size.height <= window)) break;
        cv::Mat& padded = padded_[static_cast<std::size_t>(number)];
        padded.create(size.height + 2 * rows_around, size.width + 2 * columns_around, CV_8U);
        cv::Mat picture = padded(cv::Rect(cv::Point(columns_around, rows_around), size));
        if (number == 0) {
            gray.copyTo(picture);
        } else {
            halve(levels_.back(), picture);
        }
        cv::copyMakeBorder(picture, padded, rows_around, rows_around, columns_around, columns_around,
                           cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
        levels_.push_back(picture);
        size = {(size.width + 1) / 2, (size.height + 1) / 2};
    }
}

std::vector<std::optional<cv::Point2f>> follow_points(const FlowPyramid& before, const FlowPyramid& now,
                                                      const std::vector<cv::Point2f>& points) {
    std::vector<std::optional<cv::Point2f>> found(points.size());
    PointFollower follower(before, now);
    for (std::size_t i = 0; i < points.size(); ++i) found[i] = follower.follow(points[i]);
    return found;
}

}  // namespace yolo::track
