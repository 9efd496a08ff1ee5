using NetEdit.Pictures;

namespace NetEdit.Effects.Tests;

public sealed class PortableSvgTests
{
    // The letters of "0" in DejaVu Sans of 12 pixels are 7.6 pixels wide.
    [Theory]
    [InlineData("0, ", "10", "start")]
    [InlineData("-3.8, ", "10", "middle")]
    [InlineData("-7.6, ", "10", "end")]
    public void A_text_keeps_its_place_and_loses_that_of_its_letters(string letters, string x, string anchor)
    {
        var text = $"""
            <text transform="translate(10 20)" font-size="12" font-family="DejaVu Sans" x="{letters}" y="2.5, ">
                0
            </text>
            """;

        PortableSvg
            .Of(Picture(text), "zero")
            .ShouldContain($"<text font-size=\"12\" x=\"{x}\" y=\"22.5\" text-anchor=\"{anchor}\">0</text>");
    }

    [Fact]
    public void Names_are_counted_and_numbers_rounded()
    {
        var first = PortableSvg.Of(Picture(Clipped("cl_7", "M1.26 2L3.5e-7 4.96")), "a");
        var second = PortableSvg.Of(Picture(Clipped("cl_9", "M1.29 2L-0.01 5")), "a");

        first.ShouldContain("d=\"M1.3 2L0 5\"");
        first.ShouldContain("url(#clip0)");
        second.ShouldBe(first);
    }

    private static string Clipped(string name, string path) =>
        $"<clipPath id=\"{name}\"/><g clip-path=\"url(#{name})\"><path d=\"{path}\"/></g>";

    private static string Picture(string content) =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"30\">{content}</svg>";
}
