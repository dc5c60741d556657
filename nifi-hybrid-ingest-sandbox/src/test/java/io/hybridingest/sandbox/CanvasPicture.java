package io.hybridingest.sandbox;

import static org.awaitility.Awaitility.await;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** NiFi's canvas as a person sees it, in a headless Chromium. Used by one thread. */
final class CanvasPicture implements AutoCloseable {
    private static final List<Path> BROWSERS =
            List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"));
    private static final List<Path> DRIVERS =
            List.of(Path.of("/usr/bin/chromedriver"), Path.of("/usr/lib/chromium-browser/chromedriver"));

    private final ChromeDriver browser;

    private CanvasPicture(ChromeDriver browser) {
        this.browser = browser;
    }

    /** Whether this machine has the browser and its driver. */
    static boolean isPossible() {
        return present(BROWSERS).findFirst().isPresent()
                && present(DRIVERS).findFirst().isPresent();
    }

    /** Opens a process group and waits until its components are drawn. */
    static CanvasPicture open(URI canvas, Path profile, int processors) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(present(BROWSERS).findFirst().orElseThrow().toFile());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--window-size=2800,1240",
                "--user-data-dir=" + profile);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(
                        present(DRIVERS).findFirst().orElseThrow().toFile())
                .build();
        CanvasPicture picture = new CanvasPicture(new ChromeDriver(service, options));
        try {
            picture.browser.get(canvas.toString());
            await("the processors to be drawn")
                    .atMost(Duration.ofMinutes(2))
                    .ignoreExceptions()
                    .until(() -> picture.count("g.processor") == processors);
            picture.fit();
            return picture;
        } catch (RuntimeException | Error failure) {
            picture.close();
            throw failure;
        }
    }

    private static Stream<Path> present(List<Path> candidates) {
        return candidates.stream().filter(Files::isExecutable);
    }

    private void fit() {
        browser.executeScript("arguments[0].click()", browser.findElement(By.cssSelector("i.icon-zoom-fit")));
        browser.executeScript("document.querySelector('graph-controls').style.display = 'none'");
        await("the details to be drawn")
                .atMost(Duration.ofSeconds(30))
                .until(() -> count("g.processor .processor-type") > 0
                        && browser.findElements(By.cssSelector("g.processor text.processor-name")).stream()
                                .noneMatch(name -> name.getText().isBlank()));
    }

    /** How many elements of the page a CSS selector finds. */
    int count(String selector) {
        return browser.findElements(By.cssSelector(selector)).size();
    }

    /** Texts of the elements that a CSS selector finds. */
    List<String> texts(String selector) {
        return browser.findElements(By.cssSelector(selector)).stream()
                .map(WebElement::getText)
                .toList();
    }

    /** Saves the flow alone, without what surrounds the canvas, as PNG. */
    void save(Path file) throws IOException {
        browser.executeScript("document.querySelector('#canvas-container').style.background = 'white'");
        BufferedImage page = ImageIO.read(new ByteArrayInputStream(browser.getScreenshotAs(OutputType.BYTES)));
        Rectangle flow = drawn().intersection(new Rectangle(page.getWidth(), page.getHeight()));
        Files.createDirectories(file.toAbsolutePath().getParent());
        ImageIO.write(page.getSubimage(flow.x, flow.y, flow.width, flow.height), "png", file.toFile());
    }

    /** The part of the page that components take, and a little around it. */
    private Rectangle drawn() {
        Rectangle drawn = null;
        for (WebElement component : browser.findElements(By.cssSelector("g.processor, g.label, g.connection"))) {
            org.openqa.selenium.Rectangle box = component.getRect();
            Rectangle rectangle = new Rectangle(box.x, box.y, box.width, box.height);
            drawn = drawn == null ? rectangle : drawn.union(rectangle);
        }
        if (drawn == null) {
            throw new IllegalStateException("Nothing is drawn");
        }
        drawn.grow(12, 12);
        return drawn;
    }

    @Override
    public void close() {
        browser.quit();
    }
}
