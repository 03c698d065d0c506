// Starts the page. Knows where it hangs; the rest is App's.

import { mount } from 'svelte'
import './tokens.css'
import './base.css'
import App from './App.svelte'
import { App as Page } from './lib/app.svelte'

const page = new Page()
const target = document.getElementById('app')
if (target) mount(App, { target, props: { page } })
void page.start()
