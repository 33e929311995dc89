#!/usr/bin/perl
# Writes src/Akin.Search/Lexical/Analysis/word-breaks.bin: what WordBreakTable knows of every code point.
#
# Usage: perl eng/unicode/word-breaks.pl > src/Akin.Search/Lexical/Analysis/word-breaks.bin
#
# The properties (Word_Break, Script, Line_Break, emoji) are those of Perl's Unicode tables: Unicode 14.0 with Perl 5.36.
# File: one little-endian uint32 for each run of code points with the same value, ascending: first code point | value << 24.
# The value: WordBreakClass in the low five bits, then EmojiCharacter, EmojiModifierBase, EmojiModifier.
use strict;
use warnings;
use Unicode::UCD qw(prop_invlist);

my @value = (0) x 0x110000;

sub each_member {
    my ($property, $action) = @_;
    my @list = prop_invlist($property);
    push @list, 0x110000 if @list % 2;
    while (@list) {
        my ($first, $end) = splice @list, 0, 2;
        $action->($_) for $first .. $end - 1;
    }
}

# Later ones take precedence: a letter that is also an ideograph (U+3005) is a letter.
my @classes = (
    ['LB=SA', 17], ['Script=Hiragana', 16], ['Script=Han', 15], ['WB=Regional_Indicator', 14], ['WB=ZWJ', 13], ['WB=Extend', 12], ['WB=Format', 12],
    ['WB=Double_Quote', 11], ['WB=Single_Quote', 10], ['WB=MidNumLet', 9], ['WB=MidNum', 8], ['WB=MidLetter', 7], ['WB=ExtendNumLet', 6],
    ['WB=Katakana', 5], ['WB=Numeric', 4], ['WB=Hebrew_Letter', 3], ['WB=ALetter', 1]);
for my $class (@classes) {
    each_member($class->[0], sub { $value[$_[0]] = $class->[1] });
}
each_member('Script=Hangul', sub { $value[$_[0]] = 2 if $value[$_[0]] == 1 });
$value[$_] = 4 for 0xFF10 .. 0xFF19;    # full-width digits

my (%modifier, %extra);
each_member('Emoji_Modifier', sub { $modifier{$_[0]} = 1 });
each_member('WB=Regional_Indicator', sub { $extra{$_[0]} = 1 });
$extra{ord $_} = 1 for 0 .. 9, '#', '*';
$extra{$_} = 1 for 0xA9, 0xAE, 0x2122, 0x3030, 0x303D, keys %modifier;
my %emoji;
each_member('Emoji', sub { $emoji{$_[0]} = 1 unless $extra{$_[0]} });
each_member('Extended_Pictographic', sub { $emoji{$_[0]} = 1 });
$value[$_] |= 0x20 for keys %emoji;
each_member('Emoji_Modifier_Base', sub { $value[$_[0]] |= 0x40 });
$value[$_] |= 0x80 for keys %modifier;

binmode STDOUT;
my $last = -1;
for my $code (0 .. 0x10FFFF) {
    next if $value[$code] == $last;
    $last = $value[$code];
    print pack 'V', $code | $last << 24;
}
