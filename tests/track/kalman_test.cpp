// SPDX-License-Identifier: Apache-2.0
#include "track/kalman.hpp"

#include <gtest/gtest.h>

#include "support/golden_case.hpp"
#include "track/track.hpp"

namespace yolo::track {
namespace {

using Doubles = std::vector<double>;

/// The values of tensor NAME from the n-th piece of that many values on.
const double* piece(const Doubles& values, std::size_t number, std::size_t size) {
    EXPECT_LE((number + 1) * size, values.size());
    return values.data() + number * size;
}

void expect_state(const KalmanState& state, const double* mean, const double* covariance) {
    for (int i = 0; i < 8; ++i) {
        EXPECT_NEAR(state.mean[i], mean[i], 1e-6);
        for (int k = 0; k < 8; ++k) EXPECT_NEAR(state.covariance(i, k), covariance[8 * i + k], 1e-6);
    }
}

KalmanState state_of(const double* mean, const double* covariance) {
    KalmanState state;
    for (int i = 0; i < 8; ++i) {
        state.mean[i] = mean[i];
        for (int k = 0; k < 8; ++k) state.covariance(i, k) = covariance[8 * i + k];
    }
    return state;
}

void follow(const test::GoldenCase& golden, const std::string& name, Measured form) {
    const auto get = [&](const std::string& what) {
        return test::tensor(golden.tensors, name + "." + what).as<double>();
    };
    const Doubles measurements = get("measurements"), confidence = get("confidence");
    const Doubles means = get("mean"), covariances = get("covariance");
    KalmanState state = start_filter(form, Vector4(measurements.data()));
    expect_state(state, piece(means, 0, 8), piece(covariances, 0, 64));
    for (std::size_t step = 0; step < confidence.size(); ++step) {
        SCOPED_TRACE(name + " step " + std::to_string(step));
        predict(form, state);
        expect_state(state, piece(means, 2 * step + 1, 8), piece(covariances, 2 * step + 1, 64));
        if (confidence[step] >= 0) {
            const double noise = confidence[step] == 0 ? 1 : std::max(1 - confidence[step], 0.05);
            correct(form, state, Vector4(piece(measurements, step + 1, 4)), noise);
        }
        expect_state(state, piece(means, 2 * step + 2, 8), piece(covariances, 2 * step + 2, 64));
    }
    const Projection seen = project(form, state);
    const Doubles projected = get("projected_mean"), covariance = get("projected_covariance");
    for (int i = 0; i < 4; ++i) {
        EXPECT_NEAR(seen.mean[i], projected[static_cast<std::size_t>(i)], 1e-6);
        for (int k = 0; k < 4; ++k)
            EXPECT_NEAR(seen.covariance(i, k), covariance[static_cast<std::size_t>(4 * i + k)], 1e-6);
    }
}

TEST(Kalman, goldens) {
    YOLO_REQUIRE_GOLDEN("trackers");
    for (const test::GoldenCase& golden : test::golden_cases("trackers", "kalman")) {
        follow(golden, "xyah", Measured::xyah);
        follow(golden, "xywh", Measured::xywh);
    }
}

TEST(Kalman, moves_with_the_camera_as_the_goldens) {
    YOLO_REQUIRE_GOLDEN("trackers");
    for (const test::GoldenCase& golden : test::golden_cases("trackers", "kalman")) {
        const auto get = [&](const std::string& name) {
            return test::tensor(golden.tensors, name).as<double>();
        };
        const Doubles values = get("gmc.warp"), means = get("xywh.mean"),
                      covariances = get("xywh.covariance");
        Warp motion;
        motion << values[0], values[1], values[2], values[3], values[4], values[5];
        const std::size_t last = means.size() / 8 - 1;
        for (std::size_t back = 0; back < 2; ++back) {
            Track track;
            track.filter = state_of(piece(means, last - back, 8), piece(covariances, last - back, 64));
            warp_track(track, motion, {Measured::xywh, false});
            const Doubles moved = get("gmc.mean"), uncertain = get("gmc.covariance");
            expect_state(track.filter, piece(moved, back, 8), piece(uncertain, back, 64));
        }
        Track track;
        track.filter = state_of(piece(means, last, 8), piece(covariances, last, 64));
        track.angle = 0.4f;
        warp_track(track, motion, {Measured::xywh, true});
        const Doubles moved = get("gmc.rotated_mean"), uncertain = get("gmc.rotated_covariance");
        expect_state(track.filter, moved.data(), uncertain.data());
        EXPECT_NEAR(track.angle, get("gmc.rotated_angle").front(), 1e-6);
    }
}

TEST(Kalman, a_box_without_size_leaves_numbers) {
    for (const Measured form : {Measured::xyah, Measured::xywh}) {
        KalmanState state = start_filter(form, Vector4(10, 10, 0, 0));
        for (int i = 0; i < 50; ++i) {
            predict(form, state);
            correct(form, state, Vector4(10 + i, 10, 0, 0));
        }
        EXPECT_TRUE(state.mean.allFinite());
        EXPECT_TRUE(state.covariance.allFinite());
    }
}

}  // namespace
}  // namespace yolo::track
