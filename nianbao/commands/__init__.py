"""Commands of the command line, by what they are about; `nianbao.cli` gathers them."""
