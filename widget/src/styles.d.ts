/** A style sheet, minified by the build, as text for `adopt`. */
declare module "*.css" {
  const css: string;
  export default css;
}
