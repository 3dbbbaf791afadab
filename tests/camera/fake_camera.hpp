// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace yolo::test {

/// The camera /dev/video97 of 64 x 48 pixels: Video4Linux as far as OpenCV asks it. One at a time.
class FakeCamera {
  public:
    static constexpr int number = 97;
    static constexpr int width = 64, height = 48;

    FakeCamera();
    ~FakeCamera();
    FakeCamera(const FakeCamera&) = delete;
    FakeCamera& operator=(const FakeCamera&) = delete;

    /// A frame of that grey is there to be taken.
    void send(unsigned char grey);
    /// As if it had been pulled out.
    void unplug();
    /// How often it has been opened.
    int opened() const;
};

}  // namespace yolo::test
