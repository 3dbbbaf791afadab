// SPDX-License-Identifier: Apache-2.0
/// \file The page of serve= in a real browser, while a real run fills it.
#include <gmock/gmock.h>

#include "live_run.hpp"
#include "support/live/browser.hpp"

namespace yolo {
namespace {

using nlohmann::json;
using testing::Each;
using testing::IsEmpty;
using testing::StartsWith;

// Of the page, as JavaScript.
const std::string picture_sum =
    "(() => { const canvas = document.createElement('canvas'); canvas.width = 64; canvas.height = 48;"
    " const context = canvas.getContext('2d');"
    " context.drawImage(document.getElementById('picture'), 0, 0, 64, 48);"
    " return context.getImageData(0, 0, 64, 48).data.reduce((sum, byte) => (31 * sum + byte) >>> 0, 7); })()";
const std::string picture_width = "document.getElementById('picture').naturalWidth";

std::string text_of(const std::string& id) {
    return "document.getElementById('" + id + "').innerText";
}
/// A number: "frame", "frames/s", "ms latency".
std::string figure(const std::string& name) {
    return "Number([...document.querySelectorAll('.figure')].find("
           "each => each.querySelector('span').textContent === '" +
           name + "')?.querySelector('b').textContent)";
}
/// The cells of a table's row that begins so; [] when there is none.
std::string row(const std::string& table, const std::string& first) {
    return "[...([...document.querySelectorAll('#" + table +
           " tbody tr')].find(row => row.cells[0].textContent === '" + first +
           "')?.cells ?? [])].map(cell => cell.textContent)";
}

class LivePage : public testing::Test {
  protected:
    void SetUp() override {
        YOLO_REQUIRE_LIVE_SERVERS();
        YOLO_REQUIRE_BROWSER();
        folder_ = test::scratch_dir();
    }

    std::filesystem::path folder_;
};

TEST_F(LivePage, ShowsARunOnTwoStreamsAsItGoesAndItsEnd) {
    const test::RtspServer first({.width = 320, .height = 240, .fps = 15, .cell = true});
    const test::RtspServer second({.width = 160, .height = 120, .fps = 15, .cell = true});
    test::LiveRun run(test::two_cells(folder_, first, second));
    test::Browser browser(folder_);
    const std::string url = run.after("page: ");
    browser.open(url);
    const auto becomes = [&](const std::string& expression) {
        EXPECT_TRUE(browser.wait_until(expression))
            << expression << " is " << browser.value(expression) << " in\n"
            << browser.value("document.body.innerText").get<std::string>();
    };
    const auto changes = [&](const std::string& expression) {
        becomes("JSON.stringify(" + expression + ") !== '" + browser.value(expression).dump() + "'");
    };

    becomes(text_of("status") + " === 'live'");
    becomes(text_of("about") + " === 'track · detect.pt'");
    becomes(picture_width + " === 320");
    changes(picture_sum);
    changes(picture_sum);
    becomes(figure("frame") + " > 2");
    changes(figure("frame"));
    becomes(figure("frames/s") + " > 0 && " + figure("ms latency") + " > 0 && " + figure("dropped") +
            " >= 0");
    becomes("JSON.stringify(" + row("classes", "RBC") + ") === '[\"RBC\",\"1\"]'");
    becomes("document.querySelector('#tracks tbody tr').cells[1].textContent === 'RBC'");

    // It is in the area for a while, and turns there.
    becomes(row("regions", "edge") + ".length === 4");
    becomes("Number(" + row("regions", "right") + "[1]) > 0");
    becomes("document.querySelector('#tracks tbody tr').cells[3].textContent.endsWith(' s')");
    changes(row("regions", "right"));

    becomes("document.querySelectorAll('#tabs button').length === 2");
    EXPECT_EQ(browser.value("document.querySelectorAll('#tabs button')[0].getAttribute('aria-pressed')"),
              "true");
    becomes("document.title.includes(document.querySelectorAll('#tabs button')[0].textContent)");
    browser.save_screenshot(folder_ / "wide.png");
    browser.value("document.querySelectorAll('#tabs button')[1].click()");
    becomes(picture_width + " === 160");
    changes(picture_sum);
    changes(figure("frame"));
    becomes("document.title.includes(document.querySelectorAll('#tabs button')[1].textContent)");
    EXPECT_EQ(browser.value("document.querySelectorAll('#tabs button')[1].getAttribute('aria-pressed')"),
              "true");
    becomes(row("classes", "RBC") + "[1] === '1'");

    browser.resize(390, 844);
    becomes("innerWidth === 390 && document.documentElement.scrollWidth <= 390");
    browser.save_screenshot(folder_ / "phone.png");

    EXPECT_EQ(run.end(), 0) << run.error();
    becomes(text_of("status") + " === 'ended'");
    EXPECT_EQ(browser.value(picture_width), 160) << "the last picture stays";
    EXPECT_GT(browser.value(figure("frame")), 0) << "so do the figures";
    browser.save_screenshot(folder_ / "ended.png");
    EXPECT_THAT(browser.complaints(), IsEmpty());
    EXPECT_THAT(browser.requests(), Each(testing::AnyOf(StartsWith(url), StartsWith("data:"))));
}

}  // namespace
}  // namespace yolo
